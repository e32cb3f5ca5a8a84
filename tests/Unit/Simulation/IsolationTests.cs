using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>OnIsolation=stop: a unit that must never run twice is stopped where its machine cannot know any more that it is still its own.</summary>
public sealed class IsolationTests
{
    private const string Stops = "only.service";
    private const string Keeps = "other.service";

    [Fact]
    public void It_is_stopped_one_lease_after_the_last_keep_alive_and_what_keeps_goes_on()
    {
        var cluster = Running(machines: 3);
        var machine = cluster[cluster.MachineOf(Stops)!];
        var keeper = cluster[cluster.MachineOf(Keeps)!];
        var start = cluster.World.Now;

        machine.Cut(off: true);
        keeper.Cut(off: true);
        cluster.Settle(() => machine.Docker.RunningOf(Stops) is null);

        // Keep-alives go every third of the ten seconds of a lease.
        Assert.InRange(cluster.World.Now - start, TimeSpan.FromSeconds(6.5), TimeSpan.FromSeconds(10.5));
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.NotNull(keeper.Docker.RunningOf(Keeps));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_never_runs_twice_and_runs_elsewhere_ten_seconds_after_the_loss(bool hangs)
    {
        var cluster = Running(machines: 3);
        var machine = cluster[cluster.MachineOf(Stops)!];
        var most = 0;
        DateTimeOffset? lost = null;
        machine.HangContainer(Stops, hangs);
        machine.Cut(off: true);

        Assert.True(cluster.World.RunUntil(
            () =>
            {
                most = Math.Max(most, cluster.World.Machines.Values.Count(one => one.Docker.RunningOf(Stops) is not null));
                lost ??= cluster.State.Sessions.Contains(machine.Id) ? null : cluster.World.Now;
                return cluster.MachineOf(Stops) != machine.Id && cluster.Status(Stops)?.Active == "active";
            },
            TimeSpan.FromSeconds(60)));

        Assert.Equal(1, most);
        Assert.InRange(cluster.World.Now - lost!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(16));
        Assert.Null(machine.Docker.RunningOf(Stops));
    }

    [Fact]
    public void What_is_kept_is_given_to_another_machine_without_that_wait()
    {
        var cluster = Running(machines: 3);
        var machine = cluster[cluster.MachineOf(Keeps)!];
        machine.PowerLoss();
        cluster.Settle(() => !cluster.State.Sessions.Contains(machine.Id));
        var lost = cluster.World.Now;

        cluster.Settle(() => cluster.MachineOf(Keeps) != machine.Id);

        Assert.True(cluster.World.Now - lost < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_store_outage_it_runs_again_where_it_was(bool leasesLost)
    {
        var cluster = Running(machines: 3);
        var machine = cluster[cluster.MachineOf(Stops)!];
        cluster.World.StopStore();
        cluster.World.RunFor(TimeSpan.FromSeconds(60));
        Assert.Null(machine.Docker.RunningOf(Stops));

        cluster.World.StartStore(leasesLost);
        cluster.Settle(() => machine.Docker.RunningOf(Stops) is not null);

        Assert.Equal(machine.Id, cluster.MachineOf(Stops));
        cluster.Settle(() => cluster.Status(Stops) is { Active: "active" });
    }

    [Fact]
    public void A_short_outage_stops_nothing()
    {
        var cluster = Running(machines: 3);
        var container = cluster.Container(Stops)!;
        for (var i = 0; i < 5; i++)
        {
            cluster.World.StopStore();
            cluster.World.RunFor(TimeSpan.FromSeconds(4));
            cluster.World.StartStore(leasesLost: false);
            cluster.World.RunFor(TimeSpan.FromSeconds(6));
        }

        Assert.True(container.Running);
    }

    [Fact]
    public void What_had_ended_for_good_does_not_run_again()
    {
        var cluster = Running(machines: 3);
        var machine = cluster[cluster.MachineOf(Stops)!];
        machine.EndContainer(Stops, 3);
        cluster.Settle(() => cluster.Status(Stops) is { Active: "failed" });

        cluster.World.StopStore();
        cluster.World.RunFor(TimeSpan.FromSeconds(60));
        cluster.World.StartStore(leasesLost: false);
        cluster.World.RunFor(TimeSpan.FromSeconds(60));

        Assert.Equal("failed", cluster.Status(Stops)?.Active);
        Assert.Null(machine.Docker.RunningOf(Stops));
    }

    [Fact]
    public void A_planned_stop_that_waits_for_balancers_waits_no_longer()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new ImportUnits([new UnitSource("only.service", "[Service]\nExecStart=/usr/bin/docker run --name only -p 85:85 image\n[X-HaWeb]\nService=website\nOnIsolation=stop\nDrainTimeout=10min\n")]));
        cluster.Do(new StartUnits([Stops]));
        cluster.Settle(() => cluster.ServedBackends() == 3);
        var machine = cluster[cluster.MachineOf(Stops)!];
        cluster[cluster.MachineOf("nginx-loadbalancer.service")!].KillAgent();
        cluster.Do(new StopUnits([Stops]));
        cluster.Settle(() => cluster.Status(Stops) is { Active: "deactivating" });

        machine.Cut(off: true);
        cluster.World.RunFor(TimeSpan.FromSeconds(11));

        Assert.Null(machine.Docker.RunningOf(Stops));
    }

    private static Rehearsal Running(int machines)
    {
        var cluster = new Rehearsal(machines);
        cluster.Do(new ImportUnits(
        [
            new UnitSource(Stops, "[Service]\nExecStart=/usr/bin/docker run --name only image\nExecStop=/usr/bin/docker stop -t 60 only\nTimeoutStopSec=90\n[X-HaWeb]\nOnIsolation=stop\n"),
            new UnitSource(Keeps, "[Service]\nExecStart=/usr/bin/docker run --name other image\n[X-Fleet]\nConflicts=only.service\n"),
        ]));
        cluster.Do(new StartUnits([Stops, Keeps]));
        cluster.Settle(() => cluster.Status(Stops) is { Active: "active" } && cluster.Status(Keeps) is { Active: "active" });

        // The loss of the leader's machine takes another lease to prove.
        var third = cluster.World.Machines.Values.Single(one => one.Id != cluster.MachineOf(Stops) && one.Id != cluster.MachineOf(Keeps));
        for (var i = 0; i < 5 && !third.Leads; i++)
        {
            var leader = cluster.World.Machines.Values.Single(one => one.Leads);
            leader.KillAgent();
            cluster.Settle(() => cluster.World.Machines.Values.Any(one => one.Leads && one != leader));
            leader.StartAgent();
        }

        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        Assert.True(third.Leads);
        return cluster;
    }
}
