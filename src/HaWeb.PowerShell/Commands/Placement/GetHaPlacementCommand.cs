using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Commands.Units;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Placement;

/// <summary>Says of every machine whether it takes a unit, or why not.</summary>
[Cmdlet(VerbsCommon.Get, "HaPlacement")]
[OutputType(typeof(HaPlacement))]
public sealed class GetHaPlacementCommand : ClusterCmdlet
{
    private readonly UnitSelection _selection = new();

    /// <summary>Names of units, with wildcards and braces; all stored ones by default. An instance need not be stored yet if its template is.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[] Unit { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord() => _selection.Add(GetCluster(), Unit);

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
        var options = new PlacementOptions(state, cluster.Client.Now);
        foreach (var unit in await streams.ResolveAsync(new UnitQuery(names) { Scope = UnitScope.Startable }, state))
        {
            var answers = options.Of(unit, out var refusal);
            await streams.WriteRefusalsAsync(refusal is null ? [] : [refusal]);
            foreach (var answer in answers)
            {
                await streams.WriteAsync(HaPlacement.Of(answer, cluster));
            }
        }
    }
}
