using System.Threading.Channels;
using HaWeb.Core.Effects;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Agent;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Writes what an agent reports to PowerShell's streams: information, warnings, errors.</summary>
internal sealed class AgentReports : IReportSink
{
    private const int Backlog = 1_000;

    // An agent never waits for its audience: when nobody reads, the oldest reports go.
    private readonly Channel<Effect.Report> _reports = Channel.CreateBounded<Effect.Report>(
        new BoundedChannelOptions(Backlog) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public AgentReports(CmdletStreams streams) => _ = Task.Run(() => WriteAsync(streams));

    public void Take(Effect.Report report) => _reports.Writer.TryWrite(report);

    private async Task WriteAsync(CmdletStreams streams)
    {
        try
        {
            await foreach (var report in _reports.Reader.ReadAllAsync(streams.CancellationToken))
            {
                var text = $"{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss} {report.Subject}: {report.Message}";
                await (report.Severity switch
                {
                    ReportSeverity.Information => streams.WriteInformationAsync(text, "HaAgent"),
                    _ => streams.WriteWarningAsync(text),
                });
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            // The cmdlet has ended.
        }
    }
}
