using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Shows what units have printed.</summary>
[Cmdlet(VerbsCommon.Get, "HaUnitLog")]
[OutputType(typeof(HaLogLine))]
public sealed class GetHaUnitLogCommand : NamedUnitsCmdlet
{
    // So many machines are asked at the same time.
    private const int AtOnce = 16;

    private readonly List<(HaCluster Cluster, IReadOnlyList<string> Names, IReadOnlyList<string> Machines)> _piped = [];
    private string[]? _typed;

    /// <summary>Only on these machines, ids or names with wildcards. Of a piped unit it counts where the unit is global: others move.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string[]? Machine { get; set; }

    /// <summary>At most so many of the last lines of each.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Tail { get; set; } = 100;

    /// <summary>Only lines from this time on, or from so long ago.</summary>
    [Parameter]
    [SinceTransform]
    public LogStart? Since { get; set; }

    /// <summary>Goes on with new lines until stopped, also after a restart.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _typed = Machine;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_typed is null && Machine is not null)
        {
            _piped.Add((GetCluster(), Name, Machine));
        }
        else
        {
            base.ProcessRecord();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var clusters = Selection.Clusters.Select(one => one.Cluster).Concat(_piped.Select(one => one.Cluster)).Distinct().ToList();
        Run(streams => Follow ? Task.WhenAll(clusters.Select(cluster => FollowAsync(streams, cluster))) : ReadAsync(streams, clusters));
    }

    /// <summary>What is asked for of a cluster: units, and the machines that they are limited to, as typed; null for all.</summary>
    private async Task<List<(IReadOnlyList<string> Units, IReadOnlyList<string>? Machines)>> AskedAsync(CmdletStreams streams, HaCluster cluster, ClusterState state)
    {
        var asked = new List<(IReadOnlyList<string> Units, IReadOnlyList<string>? Machines)>();
        foreach (var (_, names) in Selection.Clusters.Where(one => one.Cluster == cluster))
        {
            asked.Add((names, _typed));
        }

        var movable = new List<string>();
        foreach (var (_, names, machines) in _piped.Where(one => one.Cluster == cluster))
        {
            var units = (await streams.ResolveAsync(new UnitQuery(names), state)).ToLookup(unit => state.Placed.Contains(unit));
            movable.AddRange(units[true]);
            asked.Add(([.. units[false]], machines));
        }

        asked.Add((movable, null));
        return asked.FindAll(one => one.Units.Count > 0);
    }

    /// <summary>Reads everything there is, of all units in the order in which it was printed.</summary>
    private async Task ReadAsync(CmdletStreams streams, List<HaCluster> clusters)
    {
        var units = new List<(HaCluster Cluster, RunningUnit Unit)>();
        foreach (var cluster in clusters)
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            var found = new List<RunningUnit>();
            foreach (var (names, machines) in await AskedAsync(streams, cluster, state))
            {
                found.AddRange(await RunningUnit.FindAsync(streams, cluster, state, names, machines, forLog: true));
            }

            units.AddRange(found.DistinctBy(unit => (unit.Unit, unit.Machine, unit.Run)).Select(unit => (cluster, unit)));
        }

        if (units is [var (one, only)])
        {
            await ReadAsync(streams, one, only, RangeOf(one), line => streams.WriteAsync(line));
            return;
        }

        var lines = units.Select(_ => new List<HaLogLine>()).ToList();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, units.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = streams.CancellationToken },
            async (i, _) => await ReadAsync(streams, units[i].Cluster, units[i].Unit, RangeOf(units[i].Cluster), line =>
            {
                lines[i].Add(line);
                return ValueTask.CompletedTask;
            }));

        // Lines of one time stay in the order of their units.
        foreach (var line in lines.SelectMany(list => list).OrderBy(line => line.Time))
        {
            await streams.WriteAsync(line);
        }
    }

    private async Task FollowAsync(CmdletStreams streams, HaCluster cluster)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);

        // A unit that was asked for several times is followed once, wherever it was asked for.
        var places = new Dictionary<string, IReadOnlyList<string>?>(StringComparer.Ordinal);
        foreach (var (names, machines) in await AskedAsync(streams, cluster, state))
        {
            var there = machines is null ? null : await streams.ResolveAsync(new MachineQuery(machines) { Several = true }, state);
            if (there is { Count: 0 })
            {
                continue;
            }

            foreach (var unit in await streams.ResolveAsync(new UnitQuery(names), state))
            {
                var isEverywhere = (places.TryGetValue(unit, out var known) && known is null) || there is null;
                places[unit] = isEverywhere ? null : [.. known ?? [], .. there ?? []];
            }
        }

        await Task.WhenAll(places.Select(place => FollowAsync(streams, cluster, place.Key, place.Value)));
    }

    /// <summary>Follows every log that the unit has, one after the other or side by side.</summary>
    private async Task FollowAsync(CmdletStreams streams, HaCluster cluster, string unit, IReadOnlyList<string>? machines)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(streams.CancellationToken);
        var followed = new Dictionary<(string Machine, string Log), FollowedLog>();
        try
        {
            // A run that came while following is shown from its first line.
            var range = RangeOf(cluster) with { Follow = true };
            await foreach (var (state, _) in cluster.Client.WatchAsync(streams.WriteInterruption, streams.CancellationToken))
            {
                var runs = RunningUnit.Find(cluster, state, unit).Where(run => machines?.Contains(run.Machine) != false).ToDictionary(run => (run.Machine, run.Log));
                foreach (var (log, run) in runs.Where(one => !followed.ContainsKey(one.Key)))
                {
                    followed.Add(log, new FollowedLog(streams, cluster, run, range, ending.Token));
                }

                foreach (var (log, one) in followed)
                {
                    var run = runs.GetValueOrDefault(log);
                    one.Show(run, run is not null && IsActive(state, run));
                }

                range = new LogRange(Follow: true);
            }
        }
        catch
        {
            await ending.CancelAsync();
            throw;
        }
        finally
        {
            await Task.WhenAll(followed.Values.Select(one => one.Work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsActive(ClusterState state, RunningUnit run) =>
        state.Status[run.Machine, run.Unit]?.Value is { Active: "active" or "reloading" or "activating", Sub: not "exited" };

    private LogRange RangeOf(HaCluster cluster) => new(Tail, Since?.Before(cluster.Client.Now));

    private static async Task ReadAsync(CmdletStreams streams, HaCluster cluster, RunningUnit unit, LogRange range, Func<HaLogLine, ValueTask> take)
    {
        try
        {
            await foreach (var line in unit.ReadLogAsync(cluster, range, streams.CancellationToken))
            {
                await take(line);
            }
        }
        catch (DockerException exception)
        {
            await streams.WriteErrorAsync(unit.Error(exception));
        }
    }
}
