using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Shows units and how they are.</summary>
[Cmdlet(VerbsCommon.Get, "HaUnit")]
[OutputType(typeof(HaUnit))]
public sealed class GetHaUnitCommand : ClusterCmdlet
{
    private readonly UnitSelection _selection = new();

    /// <summary>Names of units, with wildcards and braces; all of them by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _selection.Add(GetCluster(), Name ?? []);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (cluster, names) in _selection.Clusters)
        {
            Run(streams => WriteAsync(streams, cluster, names));
        }
    }

    private static async Task WriteAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> names)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        if (names.Count == 0)
        {
            foreach (var view in cluster.ViewsOf(state, new UnitCatalog(state)).All())
            {
                await streams.WriteAsync(HaUnit.Of(view, cluster));
            }

            return;
        }

        var units = await streams.ResolveAsync(new UnitQuery(names), state);
        foreach (var template in units.Where(unit => UnitName.Parse(unit).IsTemplate))
        {
            await streams.WriteErrorAsync(new CommandError(
                "TemplateNeverRuns",
                ErrorCategory.InvalidArgument,
                $"{template} is a template and never runs, so it has no state.",
                template,
                $"Get-HaUnitFile shows its file; '{UnitName.Parse(template).Prefix}@*' means its instances."));
        }

        await streams.WriteUnitsAsync(cluster, state, units);
    }
}
