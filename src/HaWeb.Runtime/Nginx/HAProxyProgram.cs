using System.Text.RegularExpressions;
using HaWeb.Runtime.Processes;

namespace HaWeb.Runtime.Nginx;

/// <summary>
/// HAProxy in its master-worker mode (<c>-W</c>): one worker at a time, and older ones that end when their last connection does. The processes are told apart
/// by who started whom and when.
/// </summary>
internal sealed partial class HAProxyProgram : BalancerProgram
{
    public override string Name => "haproxy";

    public override LinuxSignal ReloadSignal => LinuxSignal.User2;

    public override IReadOnlyList<BalancerProcess> Find(IReadOnlyList<ProcessRow> rows)
    {
        var own = rows.Where(row => NameForm().IsMatch(row.Title)).ToDictionary(row => row.Id);
        var masters = own.Values.Where(row => !own.ContainsKey(row.Parent)).OrderBy(row => row.Id).ToList();
        return
        [
            .. masters.Select(row => new BalancerProcess(row.Id, row.Parent, BalancerProcessKind.Master, FilesOf(row.Title))),
            .. masters.SelectMany(master => own.Values
                .Where(row => row.Parent == master.Id)
                .OrderByDescending(row => row.Started)
                .ThenByDescending(row => row.Id)
                .Select((row, index) => new BalancerProcess(row.Id, row.Parent, index == 0 ? BalancerProcessKind.Worker : BalancerProcessKind.EndingWorker, []))),
        ];
    }

    // A master runs its program once more when its first worker serves.
    public override bool IsReady(BalancerProcess master) => master.ConfigArguments.Count > 0;

    public override IReadOnlyList<string> TestArguments(BalancerProcess master) => ["-c", .. master.ConfigArguments];

    public override IReadOnlyList<string>? ReloadArguments(BalancerProcess master) => null;

    private static IReadOnlyList<string> FilesOf(string title) => [.. FileForm().Matches(title).SelectMany(match => new[] { "-f", match.Groups[1].Value })];

    [GeneratedRegex(@"^(\S*/)?haproxy( |$)", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex(@" -f ?(/\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex FileForm();
}
