using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Shows machines as they are, and then each one whenever it changes.</summary>
[Cmdlet(VerbsCommon.Watch, "HaMachine")]
[OutputType(typeof(HaMachine))]
public sealed class WatchHaMachineCommand : ClusterCmdlet
{
    /// <summary>Ids or names of machines, with wildcards; all of them by default. Machines that come later are shown too.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(streams => WatchAsync(streams, cluster, new MachineQuery(Name) { Several = true }));
    }

    private static async Task WatchAsync(CmdletStreams streams, HaCluster cluster, MachineQuery query)
    {
        var shown = new SortedDictionary<string, MachineView>(StringComparer.Ordinal);
        await foreach (var (state, changed) in cluster.Client.WatchAsync(streams.WriteInterruption, streams.CancellationToken))
        {
            var affected = changed.Where(IsOfMachine).Select(key => key.Name).ToHashSet(StringComparer.Ordinal);
            if (changed.Count > 0 && affected.Count == 0)
            {
                continue;
            }

            // A name that nothing has yet may be had by a machine to come.
            var meant = query.Resolve(state, out var refusals);
            if (changed.Count == 0)
            {
                await streams.WriteRefusalsAsync(refusals.Where(refusal => refusal.Kind == RefusalKind.Invalid));
            }

            foreach (var id in meant.Where(id => changed.Count == 0 || affected.Contains(id)))
            {
                if (MachineView.Find(state, id) is { } view && !(shown.TryGetValue(id, out var before) && Same(before, view)))
                {
                    shown[id] = view;
                    await streams.WriteAsync(HaMachine.Of(view, cluster));
                }
            }

            foreach (var (id, view) in shown.Where(one => MachineView.Find(state, one.Key) is null).ToList())
            {
                shown.Remove(id);
                await streams.WriteAsync(HaMachine.Of(view with { State = MachineStanding.Removed, Units = state.Placements[id].Count, Cordoned = false, Draining = false, Drained = false, Reason = null }, cluster));
            }
        }
    }

    private static bool IsOfMachine(ClusterKey key) =>
        key.Table is ClusterTable.Machines or ClusterTable.Sessions or ClusterTable.Metadata or ClusterTable.Cordons or ClusterTable.Placements;

    private static bool Same(MachineView one, MachineView other) =>
        one with { Metadata = other.Metadata } == other && one.Metadata.SequenceEqual(other.Metadata);
}
