using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>A backend's key through everything that may happen to it, and what a planned stop makes of it.</summary>
public sealed class WithdrawalTests
{
    private const string Unit = "nginx@1.service";

    private static readonly string Key = new ClusterKeys().Backend("website", "nginx@1");

    [Fact]
    public void What_a_machine_that_was_cut_off_still_runs_is_stopped_without_waiting_for_balancers_that_have_drained_it()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Unit)!];
        machine.Cut(off: true);
        cluster.Settle(() => cluster.MachineOf(Unit) != machine.Id && cluster.ServedBackends() == 2);

        machine.Cut(off: false);

        cluster.Settle(() => machine.Docker.RunningOf(Unit) is null);
        Assert.DoesNotContain(cluster.World.Trace, line => line.Contains("has not drained it", StringComparison.Ordinal));
    }

    [Fact]
    public void A_unit_that_was_never_advertised_is_drained_while_balancers_serve_the_lost_one_at_its_address()
    {
        var cluster = Rehearsal.OfWebsite(machines: 3);
        var machine = cluster[cluster.MachineOf(Unit)!];
        machine.PowerLoss();
        cluster[cluster.MachineOf("nginx@2.service")!].PowerLoss();
        cluster.Settle(() => cluster.State.Balancers.Entries.Any(one => one.Entry.Value.Stale.Contains("website")));
        machine.FailProbes(Unit, fail: true);
        machine.PowerOn();
        cluster.Settle(() => cluster.State.Status[machine.Id, Unit]?.Value is { Active: "active" });

        cluster.Do(new StopUnits([Unit], Force: true));
        cluster.World.RunFor(TimeSpan.FromSeconds(25));
        Assert.NotNull(machine.Docker.RunningOf(Unit));
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Null(machine.Docker.RunningOf(Unit));
        Assert.Contains(cluster.World.Trace, line => line.Contains("has not drained it", StringComparison.Ordinal));
    }

    [Fact]
    public void A_withdrawal_whose_answer_was_lost_counts_from_when_it_happened()
    {
        var cluster = Rehearsal.OfWebsite();
        var container = cluster.Container(Unit)!;
        var lost = 0;
        cluster.World.Observer = new Interference((_, effect) => Writes<StoreWrite.Delete>(effect) && lost++ == 0 ? new Disturbance { LosesAnswer = true } : null);

        cluster.Do(new StopUnits([Unit]));

        cluster.Settle(() => !container.Running);
        Assert.True(lost > 1);
        Assert.DoesNotContain(cluster.World.Trace, line => line.Contains("has not drained it", StringComparison.Ordinal));
    }

    [Fact]
    public void A_put_that_etcd_applies_after_the_unit_was_stopped_brings_no_key_back()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => cluster.Container(Unit) is null);
        var late = 0;
        cluster.World.Observer = new Interference((_, effect) => Writes<StoreWrite.Put>(effect) && late++ == 0 ? new Disturbance { RequestDelay = TimeSpan.FromSeconds(40), LosesAnswer = true } : null);
        cluster.Do(new StartUnits([Unit]));
        cluster.Settle(() => cluster.Backends.ContainsKey("nginx@1"));

        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => cluster.Container(Unit) is null && !cluster.Backends.ContainsKey("nginx@1"));
        var revision = cluster.State.Revision;
        cluster.World.RunFor(TimeSpan.FromSeconds(60));

        Assert.True(late > 1);
        Assert.DoesNotContain(cluster.World.Store.EventsFrom(Key, revision + 1), one => one.Entry is not null);
    }

    [Fact]
    public void A_put_that_etcd_applies_after_probes_have_failed_is_withdrawn_again()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Unit)!];
        machine.FailProbes(Unit, fail: true);
        cluster.Settle(() => !cluster.Backends.ContainsKey("nginx@1"));
        var late = 0;
        cluster.World.Observer = new Interference((_, effect) => Writes<StoreWrite.Put>(effect) && late++ == 0 ? new Disturbance { RequestDelay = TimeSpan.FromSeconds(40), LosesAnswer = true } : null);
        machine.FailProbes(Unit, fail: false);
        cluster.Settle(() => cluster.Backends.ContainsKey("nginx@1"));

        machine.FailProbes(Unit, fail: true);
        cluster.Settle(() => !cluster.Backends.ContainsKey("nginx@1"));
        cluster.World.RunFor(TimeSpan.FromSeconds(60));

        Assert.DoesNotContain("nginx@1", cluster.Backends.Keys);
    }

    [Fact]
    public void A_key_that_was_deleted_by_hand_is_put_again()
    {
        var cluster = Rehearsal.OfWebsite();

        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Delete(Key)]));

        cluster.Settle(() => cluster.Backends.ContainsKey("nginx@1"), seconds: 1);
    }

    [Fact]
    public void A_key_that_was_registered_by_hand_under_the_unit_s_name_is_told_of_once_and_replaced_when_it_is_gone()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => cluster.Container(Unit) is null);
        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(Key, "10.0.0.99:80")]));
        cluster.Do(new StartUnits([Unit]));
        cluster.World.RunFor(TimeSpan.FromMinutes(2));
        var revision = cluster.State.Revision;

        cluster.World.RunFor(TimeSpan.FromMinutes(2));

        Assert.Equal(revision, cluster.State.Revision);
        Assert.Equal("10.0.0.99:80", cluster.Backends["nginx@1"]);
        Assert.Single(cluster.World.Trace, line => line.Contains("cannot write", StringComparison.Ordinal));
        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Delete(Key)]));
        cluster.Settle(() => cluster.Backends.TryGetValue("nginx@1", out var value) && value != "10.0.0.99:80", seconds: 1);
    }

    private static bool Writes<T>(Effect effect)
        where T : StoreWrite => effect is Effect.Commit { Transaction.Writes: [T write] } && write.Key == Key;
}
