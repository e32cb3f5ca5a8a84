using System.Text.RegularExpressions;
using HaWeb.Runtime.Processes;

namespace HaWeb.Runtime.Nginx;

/// <summary>nginx, whose processes say in their titles what they do.</summary>
internal sealed partial class NginxProgram : BalancerProgram
{
    private const string Prefix = "nginx: ";

    public override string Name => "nginx";

    public override LinuxSignal ReloadSignal => LinuxSignal.Hangup;

    public override IReadOnlyList<BalancerProcess> Find(IReadOnlyList<ProcessRow> rows) =>
        [.. rows.Select(Parse).OfType<BalancerProcess>().OrderBy(process => process.Kind != BalancerProcessKind.Master)];

    public override IReadOnlyList<string> TestArguments(BalancerProcess master) => ["-t", .. master.ConfigArguments];

    public override IReadOnlyList<string> ReloadArguments(BalancerProcess master) => ["-s", "reload", .. master.ConfigArguments];

    /// <summary>Reads a title; null when the process is none of nginx's masters and workers.</summary>
    private static BalancerProcess? Parse(ProcessRow row)
    {
        if (!row.Title.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var role = row.Title.AsSpan(Prefix.Length);
        return role.StartsWith("master process", StringComparison.Ordinal) ? new BalancerProcess(row.Id, row.Parent, BalancerProcessKind.Master, MainFileOf(row.Title))
            : role.StartsWith("worker process is shutting down", StringComparison.Ordinal) ? new BalancerProcess(row.Id, row.Parent, BalancerProcessKind.EndingWorker, [])
            : role.StartsWith("worker process", StringComparison.Ordinal) ? new BalancerProcess(row.Id, row.Parent, BalancerProcessKind.Worker, [])
            : null;
    }

    private static string[] MainFileOf(string title) => MainFileForm().Match(title) is { Success: true } match ? ["-c", match.Groups[1].Value] : [];

    [GeneratedRegex(@" -c ?(/\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex MainFileForm();
}
