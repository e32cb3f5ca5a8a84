using System.Management.Automation;
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
        ? Task.WhenAll(Selection.Clusters.Select(one => ReadAsync(streams, one.Cluster, one.Names)))
        : ReadInTurnAsync(streams));

    private async Task ReadInTurnAsync(CmdletStreams streams)
    {
        foreach (var (cluster, names) in Selection.Clusters)
        {
            await ReadAsync(streams, cluster, names);
        }
    }

    private async Task ReadAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> names)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var units = await streams.ResolveAsync(new UnitQuery(names), state);
        if (Follow)
        {
            await Task.WhenAll(units.Select(unit => FollowAsync(streams, cluster, unit)));
            return;
        }

        foreach (var unit in units)
        {
            var containers = UnitContainer.Find(cluster, state, unit);
            if (containers.Count == 0)
            {
                await streams.WriteErrorAsync(UnitContainer.Missing(cluster, state, unit));
            }

            foreach (var container in containers)
            {
                await ReadAsync(streams, cluster, container, new LogRange(Tail, Since?.Before(cluster.Client.Now)));
            }
        }
    }

    /// <summary>Follows every container that the unit has, one after the other or side by side.</summary>
    private async Task FollowAsync(CmdletStreams streams, HaCluster cluster, string unit)
    {
        var followed = new Dictionary<string, Task>(StringComparer.Ordinal);
        try
        {
            await foreach (var (state, _) in cluster.Client.WatchAsync(streams.WriteInterruption, streams.CancellationToken))
            {
                foreach (var container in UnitContainer.Find(cluster, state, unit).Where(container => !followed.ContainsKey(container.Container)))
                {
                    // A container that came while following is shown from its first line.
                    var range = followed.Count == 0 ? new LogRange(Tail, Since?.Before(cluster.Client.Now), Follow: true) : new LogRange(Follow: true);
                    followed.Add(container.Container, ReadAsync(streams, cluster, container, range));
                }
            }
        }
        finally
        {
            await Task.WhenAll(followed.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ReadAsync(CmdletStreams streams, HaCluster cluster, UnitContainer container, LogRange range)
    {
        try
        {
            using var console = container.Open();
            await foreach (var line in console.ReadLogAsync(container.Container, range, streams.CancellationToken))
            {
                await streams.WriteAsync(new HaLogLine
                {
                    Unit = container.Unit,
                    Machine = container.Machine,
                    Time = line.Time,
                    IsError = line.Output == DockerOutput.Error,
                    Text = line.Text,
                    Cluster = cluster,
                });
            }
        }
        catch (DockerException exception)
        {
            await streams.WriteErrorAsync(DockerErrors.From(exception) with { Target = container.Unit });
        }
    }
}
