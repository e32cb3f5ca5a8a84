using System.Collections;
using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the names of units, and of templates where the command takes them.</summary>
public sealed class UnitNameCompleter : ClusterCompleter
{
    // They work on everything that has a file.
    private static readonly string[] OnFiles = ["Get-HaUnitFile", "Export-HaUnit", "Test-HaUnit", "Remove-HaUnit"];

    // They work on what runs: a timer has nothing to look into.
    private static readonly string[] OnRuns = ["Enter-HaUnit", "Get-HaUnitLog", "Invoke-HaUnit"];

    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state) => state.Units.Names.Order(UnitNameComparer.Instance).Select(name => (name, name));

    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state, string command, IDictionary? given)
    {
        bool Has(string parameter) => given?.Contains(parameter) == true;
        bool Is(params string[] commands) => commands.Contains(command, StringComparer.OrdinalIgnoreCase);
        var all = Candidates(state).Select(candidate => (candidate.Text, candidate.ToolTip, Name: UnitName.TryParse(candidate.Text, out var name, out _) ? name : null)).ToList();
        var found = Has("Template") || Has("Instance") ? all.Where(unit => unit.Name is { IsTemplate: true })
            : Is(OnFiles) ? all
            : Is("Invoke-HaFault") ? all.Where(unit => state.Status.OwnersOf(unit.Text).Any(machine => state.Status[machine, unit.Text]!.Value.Container is not null))
            : Is(OnRuns) ? all.Where(unit => unit.Name is { IsTemplate: false, IsTimer: false })
            : Is("Start-HaUnit") ? all.Select(unit => unit.Name is { IsTemplate: true } template ? unit with { Text = template.Prefix + "@", ToolTip = $"{template}: write the name of an instance behind the @, or give -Instance" } : unit)
            : all.Where(unit => unit.Name is { IsTemplate: false });
        return found.Select(unit => (unit.Text, unit.ToolTip));
    }
}
