using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>A balancer's agent that is killed and started again: what was lost while nobody looked was not withdrawn (PROTOCOL.md section 5).</summary>
public sealed class BalancerRestartTests
{
    private const string Balancer = "nginx-loadbalancer.service";

    [Fact]
    public void Backends_that_were_lost_while_all_agents_were_away_are_still_served()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Balancer)!];
        foreach (var one in cluster.World.Machines.Values)
        {
            one.KillAgent();
        }

        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        Assert.Empty(cluster.Backends);
        machine.StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(2, cluster.ServedBackends());
        Assert.DoesNotContain("return 503", cluster.Container(Balancer)!.ServedConfig, StringComparison.Ordinal);
        Assert.Equal(["website"], Assert.Single(cluster.State.Balancers.Entries).Entry.Value.Stale);
    }

    [Fact]
    public void Backends_that_had_been_lost_before_its_agent_was_killed_are_still_served()
    {
        var cluster = Rehearsal.OfWebsite(machines: 3);
        var machine = cluster[cluster.MachineOf(Balancer)!];
        foreach (var one in cluster.World.Machines.Values.Where(one => one != machine))
        {
            one.Cut(off: true);
        }

        cluster.World.RunFor(TimeSpan.FromSeconds(40));
        Assert.Equal(["website"], Assert.Single(cluster.State.Balancers.Entries).Entry.Value.Stale);
        machine.KillAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(2));
        machine.StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(2, cluster.ServedBackends());
        Assert.DoesNotContain("return 503", cluster.Container(Balancer)!.ServedConfig, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backend_that_was_withdrawn_while_its_agent_was_away_is_served_no_longer()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Balancer)!];
        var withdrawing = cluster[cluster.MachineOf("nginx@1.service")!];
        machine.KillAgent();
        withdrawing.FailProbes("nginx@1.service", fail: true);
        cluster.Settle(() => cluster.Backends.Count == 1);

        machine.StartAgent();

        cluster.Settle(() => cluster.ServedBackends() == 1);
        Assert.Empty(Assert.Single(cluster.State.Balancers.Entries).Entry.Value.Stale);
    }

    [Fact]
    public void A_balancer_that_fails_in_a_stop_that_its_next_agent_ends_is_waited_for_by_no_stop()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Balancer)!];
        machine.Docker.ExitCodesOnStop[Balancer] = 3;
        cluster.Do(new StopUnits([Balancer], Force: true));
        cluster.Settle(() => machine.Docker.RunningOf(Balancer) is null);
        machine.KillAgent();
        machine.StartAgent();

        cluster.Settle(() => cluster.Status(Balancer)?.Active == "failed");
        cluster.Settle(() => !cluster.State.Balancers.Entries.Any(), seconds: 5);
    }

    [Fact]
    public void A_backend_that_is_stopped_after_all_leases_were_lost_waits_for_the_balancer_to_be_back()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf("nginx@1.service")!];
        foreach (var one in cluster.World.Machines.Values)
        {
            one.KillAgent();
        }

        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        cluster.Do(new StopUnits(["nginx@1.service"], Force: true));
        var told = cluster.State.Placements[machine.Id, "nginx@1.service"]!.Value with { State = PlacementState.Stop, Desired = DesiredState.Loaded };
        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(cluster.World.Keys.Placement(machine.Id, "nginx@1.service"), RecordCodec.Write(told))]));
        foreach (var one in cluster.World.Machines.Values.OrderBy(one => one == machine ? 0 : 1))
        {
            one.StartAgent();
            cluster.World.RunUntil(IsStopped, TimeSpan.FromSeconds(1));
        }

        cluster.Settle(IsStopped);

        bool IsStopped()
        {
            var isServed = cluster.Container(Balancer)!.ServedConfig!.Contains($"{machine.Address}:80", StringComparison.Ordinal);
            Assert.True(!isServed || cluster.Container("nginx@1.service") is not null, "It was stopped while the balancer served it.");
            return cluster.Status("nginx@1.service") is { Active: "inactive" };
        }
    }

    [Fact]
    public void A_stopped_balancer_whose_agent_has_been_restarted_is_waited_for_by_no_stop()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Balancer)!];
        cluster.Do(new StopUnits([Balancer], Force: true));
        cluster.Settle(() => cluster.Status(Balancer)?.Active == "inactive");
        machine.KillAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(2));
        machine.StartAgent();

        cluster.Settle(() => !cluster.State.Balancers.Entries.Any(), seconds: 5);
        cluster.Do(new StopUnits(["nginx@1.service"], Force: true));
        cluster.Settle(() => cluster.Container("nginx@1.service") is null, seconds: 5);

        cluster.Do(new StartUnits([Balancer]));
        cluster.Settle(() => cluster.ServedBackends() == 1 && Assert.Single(cluster.State.Balancers.Entries).Entry.Value.Applied > 0);
    }
}
