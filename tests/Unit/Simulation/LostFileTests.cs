using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>A unit that runs, and whose file its agent cannot read when it comes: it is left as it is, and stopped as any other.</summary>
public sealed class LostFileTests
{
    private const string Unit = "nginx@1.service";

    [Theory]
    [InlineData(null)]
    [InlineData("[Service]\nExecStart=/usr/bin/docker run --no-such-flag image")]
    public void It_is_drained_before_its_container_is_signalled(string? text)
    {
        var cluster = Running(text);
        var machine = cluster[cluster.MachineOf(Unit)!];
        var container = cluster.Container(Unit)!;

        Give(cluster, cluster.State.Units[Unit]!.Value.Hash, null, DesiredState.Loaded);
        cluster.Settle(() => !cluster.Backends.ContainsKey("nginx@1"));
        var withdrawn = cluster.State.Revision;
        Assert.True(container.Running);
        cluster.Settle(() => !container.Running, seconds: 20);

        Assert.Equal(0, container.ExitCode);
        Assert.True(Assert.Single(cluster.State.Balancers.Entries).Entry.Value.Drained >= withdrawn);
        cluster.Settle(() => machine.Docker.Find(container.Id) is null && cluster.State.Status[machine.Id, Unit]?.Value is { Active: "inactive" });
    }

    [Fact]
    public void It_counts_as_active_with_a_bad_setting_and_keeps_its_backend()
    {
        var cluster = Running(null);

        Assert.Equal(("active", "bad-setting"), (cluster.Status(Unit)!.Active, cluster.Status(Unit)!.Load));
        Assert.Contains("is not in the store", cluster.Status(Unit)!.Reason, StringComparison.Ordinal);
        Assert.Equal(2, cluster.ServedBackends());
    }

    [Fact]
    public void When_its_container_ends_its_backend_is_withdrawn()
    {
        var cluster = Running(null);

        cluster[cluster.MachineOf(Unit)!].EndContainer(Unit, 1);

        cluster.Settle(() => !cluster.Backends.ContainsKey("nginx@1") && cluster.Status(Unit) is { Active: "failed" });
    }

    [Fact]
    public void When_its_file_can_be_read_again_it_is_taken_over_as_it_runs()
    {
        var cluster = Running("[Service]\nExecStart=/usr/bin/docker run --no-such-flag image");
        var container = cluster.Container(Unit)!;
        var machine = cluster.MachineOf(Unit)!;

        Give(cluster, Core.Units.UnitFile.HashOf(Rehearsal.Web), Rehearsal.Web);

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Load: "loaded", Healthy: true });
        Assert.Same(container, cluster.Container(Unit));
        Assert.True(container.Running);
        cluster[machine].FailProbes(Unit, fail: true);
        cluster.Settle(() => !cluster.Backends.ContainsKey("nginx@1"));
    }

    /// <summary>The website, with an agent that has found nginx@1 running and its file gone or replaced by one that is wrong.</summary>
    private static Rehearsal Running(string? text)
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Unit)!];
        machine.KillAgent();
        Give(cluster, text is null ? "0000" : Core.Units.UnitFile.HashOf(text), text);
        machine.StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        Assert.Equal(2, cluster.Backends.Count);
        return cluster;
    }

    /// <summary>Gives the unit another file, and says what is wanted of it.</summary>
    private static void Give(Rehearsal cluster, string hash, string? text, DesiredState desired = DesiredState.Launched)
    {
        var (keys, machine) = (cluster.World.Keys, cluster.MachineOf(Unit)!);
        var state = desired == DesiredState.Launched ? PlacementState.Run : PlacementState.Stop;
        List<StoreWrite> writes =
        [
            new StoreWrite.Put(keys.Unit(Unit), RecordCodec.Write(cluster.State.Units[Unit]!.Value with { Hash = hash, Desired = desired })),
            new StoreWrite.Put(keys.Placement(machine, Unit), RecordCodec.Write(cluster.State.Placements[machine, Unit]!.Value with { Hash = hash, State = state, Desired = desired })),
        ];
        if (text is not null)
        {
            writes.Add(new StoreWrite.Put(keys.File(hash), text));
        }

        cluster.World.Commit(new StoreTransaction([], writes));
    }
}
