using System.Collections.Concurrent;
using HaWeb.Core.Effects;
using HaWeb.Runtime.Agent;

namespace HaWeb.Tests.Unit.Agent;

/// <summary>Keeps reports for a test.</summary>
internal sealed class RecordingSink : IReportSink
{
    public ConcurrentQueue<Effect.Report> Reports { get; } = [];

    public void Take(Effect.Report report) => Reports.Enqueue(report);
}
