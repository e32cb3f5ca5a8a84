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

    /// <summary>Only on these machines, ids or names with wildcards.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
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
    protected override void EndProcessing() => Run(streams => Follow
        ? Task.WhenAll(Selection.Clusters.Select(one => FollowAsync(streams, one.Cluster, one.Names)))
        : ReadAsync(streams));

    /// <summary>Reads everything there is, of all units in the order in which it was printed.</summary>
    private async Task ReadAsync(CmdletStreams streams)
    {
        var units = new List<(HaCluster Cluster, RunningUnit Unit)>();
        foreach (var (cluster, names) in Selection.Clusters)
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            units.AddRange((await RunningUnit.FindAsync(streams, cluster, state, names, Machine, forLog: true)).Select(unit => (cluster, unit)));
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

    private async Task FollowAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> names)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var units = await streams.ResolveAsync(new UnitQuery(names), state);
        var machines = Machine is null ? null : await streams.ResolveAsync(new MachineQuery(Machine) { Several = true }, state);
        await Task.WhenAll(units.Select(unit => FollowAsync(streams, cluster, unit, machines)));
    }

    /// <summary>Follows every log that the unit has, one after the other or side by side.</summary>
    private async Task FollowAsync(CmdletStreams streams, HaCluster cluster, string unit, IReadOnlyList<string>? machines)
    {
        var followed = new Dictionary<string, Task>(StringComparer.Ordinal);
        try
        {
            await foreach (var (state, _) in cluster.Client.WatchAsync(streams.WriteInterruption, streams.CancellationToken))
            {
                var isFirst = followed.Count == 0;
                foreach (var run in NewRuns(cluster, state, unit, machines, followed))
                {
                    // A run that came while following is shown from its first line.
                    var range = isFirst ? RangeOf(cluster) with { Follow = true } : new LogRange(Follow: true);
                    followed.Add(run.Log, ReadAsync(streams, cluster, run, range, line => streams.WriteAsync(line)));
                }
            }
        }
        finally
        {
            await Task.WhenAll(followed.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IEnumerable<RunningUnit> NewRuns(HaCluster cluster, ClusterState state, string unit, IReadOnlyList<string>? machines, Dictionary<string, Task> followed) =>
        RunningUnit.Find(cluster, state, unit).Where(run => machines?.Contains(run.Machine) != false && !followed.ContainsKey(run.Log));

    private LogRange RangeOf(HaCluster cluster) => new(Tail, Since?.Before(cluster.Client.Now));

    private static async Task ReadAsync(CmdletStreams streams, HaCluster cluster, RunningUnit unit, LogRange range, Func<HaLogLine, ValueTask> take)
    {
        try
        {
            using var console = unit.Open();
            await foreach (var line in console.ReadLogAsync(range, streams.CancellationToken))
            {
                await take(new HaLogLine
                {
                    Unit = unit.Unit,
                    Machine = unit.Machine,
                    Time = line.Time,
                    Stream = OutputStreams.NameOf(line.Output),
                    Text = line.Text,
                    Cluster = cluster,
                });
            }
        }
        catch (DockerException exception)
        {
            await streams.WriteErrorAsync(unit.Error(exception));
        }
    }
}
