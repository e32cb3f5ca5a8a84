using System.Management.Automation;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Shows units as they are, and then each one whenever it changes.</summary>
[Cmdlet(VerbsCommon.Watch, "HaUnit")]
[OutputType(typeof(HaUnit))]
public sealed class WatchHaUnitCommand : ClusterCmdlet
{
    /// <summary>Names of units, with wildcards and braces; all of them by default. Units that come later are shown too.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        var patterns = Guard(() => Name.SelectMany(ReadPatterns).ToList());
        Run(streams => WatchAsync(streams, cluster, patterns));
    }

    private static async Task WatchAsync(CmdletStreams streams, HaCluster cluster, List<UnitNamePattern> patterns)
    {
        var shown = new Dictionary<(string Name, string? Machine), UnitView>();
        UnitCatalog? catalog = null;
        await foreach (var (state, changed) in cluster.Client.WatchAsync(streams.WriteInterruption, streams.CancellationToken))
        {
            var affected = AffectedUnits.Of(changed);
            var views = cluster.ViewsOf(state, catalog ??= new UnitCatalog(state));
            var present = (affected is null ? views.All() : affected.SelectMany(views.Of))
                .Where(view => patterns.Exists(pattern => pattern.IsMatch(UnitName.Parse(view.Name))))
                .ToDictionary(view => (view.Name, view.Machine));
            foreach (var (key, view) in present)
            {
                if (!shown.TryGetValue(key, out var before) || before != view)
                {
                    shown[key] = view;
                    await streams.WriteAsync(HaUnit.Of(view, cluster));
                }
            }

            var gone = shown.Keys.Where(key => (affected is null || affected.Contains(key.Name)) && !present.ContainsKey(key)).ToList();
            foreach (var key in gone)
            {
                shown.Remove(key);
                if (!present.Keys.Any(other => other.Name == key.Name))
                {
                    await streams.WriteAsync(HaUnit.Of(Removed(key.Name), cluster));
                }
            }
        }
    }

    private static UnitView Removed(string name) =>
        new() { Name = name, Load = "not-found", Active = "inactive", Sub = "dead", Reason = "removed" };

    private static IEnumerable<UnitNamePattern> ReadPatterns(string typed)
    {
        if (!BraceExpansion.TryExpand(typed, out var expanded, out var braces))
        {
            throw Invalid(typed, braces.Message);
        }

        foreach (var text in expanded)
        {
            yield return UnitNamePattern.TryParse(text, out var pattern, out var error) ? pattern : throw Invalid(typed, error);
        }
    }

    private static CommandException Invalid(string typed, string message) => new(new CommandError(
        "UnitNameInvalid", ErrorCategory.InvalidArgument, message, typed, "Give names with wildcards such as 'nginx@*', or braces such as 'nginx@{1,2}', in quotes."));
}
