using System.Threading.Channels;
using HaWeb.Core.Effects;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Agent;

namespace HaWeb.PowerShell.Agents;

/// <summary>Brings an agent's reports, which come from any thread, to a cmdlet's streams.</summary>
internal sealed class AgentReports : IReportSink
{
    // While a pipeline is behind, the newest reports matter most.
    private readonly Channel<Effect.Report> _reports =
        Channel.CreateBounded<Effect.Report>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <inheritdoc/>
    public void Take(Effect.Report report) => _reports.Writer.TryWrite(report);

    /// <summary>Writes reports until there will be none: what happened as it should for information, the rest as warnings.</summary>
    public async Task WriteAsync(CmdletStreams streams)
    {
        await foreach (var report in _reports.Reader.ReadAllAsync(streams.CancellationToken))
        {
            var text = $"{report.Subject}: {report.Message}";
            if (report.Severity == ReportSeverity.Information)
            {
                await streams.WriteInformationAsync(text, "HaWeb");
            }
            else
            {
                await streams.WriteWarningAsync(text);
            }
        }
    }

    /// <summary>Says that there will be no more.</summary>
    public void Complete() => _reports.Writer.TryComplete();
}
