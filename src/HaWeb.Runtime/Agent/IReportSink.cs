using HaWeb.Core.Effects;

namespace HaWeb.Runtime.Agent;

/// <summary>Where state machines' reports to the people who run a machine go.</summary>
public interface IReportSink
{
    /// <summary>Takes a report; it returns at once, and is called by several threads.</summary>
    /// <param name="report">The report.</param>
    void Take(Effect.Report report);
}
