using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>Machines that come back and still run what was taken off them, since they were taken for lost.</summary>
public sealed class ReturnTests
{
    private const string Web1 = "nginx@1.service";
    private const string Web2 = "nginx@2.service";
    private const string Balancer = "nginx-loadbalancer.service";

    [Theory]
    [InlineData(Web1)]
    [InlineData(Balancer)]
    public void What_no_other_machine_took_goes_on_where_it_runs(string unit)
    {
        var cluster = Rehearsal.OfWebsite(machines: 3);
        var machine = cluster[cluster.MachineOf(unit)!];
        var container = cluster.Container(unit)!;
        machine.Cut(off: true);
        cluster.Settle(() => cluster.MachineOf(unit) is null);

        machine.Cut(off: false);
        cluster.Settle(() => cluster.Status(unit) is { Active: "active" });
        cluster.World.RunFor(TimeSpan.FromSeconds(60));

        Assert.Same(container, cluster.Container(unit));
        Assert.True(container.Running);
    }

    [Theory]
    [InlineData(Web1, Web2)]
    [InlineData(Web2, Web1)]
    public void What_waits_goes_on_where_it_runs_in_whatever_order_the_machines_return(string first, string second)
    {
        var cluster = Rehearsal.OfWebsite();
        var (machine, another) = (cluster[cluster.MachineOf(first)!], cluster[cluster.MachineOf(second)!]);
        var (one, other) = (cluster.Container(first)!, cluster.Container(second)!);
        LoseAllButTheBalancer(cluster);
        Assert.Equal((machine.Id, another.Id), (cluster.State.Placed[first]!.Value.LostOn, cluster.State.Placed[second]!.Value.LostOn));

        machine.Cut(off: false);
        cluster.Settle(() => cluster.Status(first) is { Active: "active" });
        another.Cut(off: false);
        cluster.Settle(() => cluster.Status(second) is { Active: "active" });
        cluster.World.RunFor(TimeSpan.FromSeconds(60));

        Assert.Equal((machine.Id, another.Id), (cluster.MachineOf(first), cluster.MachineOf(second)));
        Assert.Equal((one, other), (cluster.Container(first), cluster.Container(second)));
        Assert.True(one.Running && other.Running);
        Assert.Null(cluster.State.Placed[first]!.Value.LostOn);
    }

    [Fact]
    public void A_new_leader_knows_too_where_what_waits_has_run()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf(Web2)!];
        var container = cluster.Container(Web2)!;
        LoseAllButTheBalancer(cluster);
        cluster.World.EndLeadership();

        machine.Cut(off: false);
        cluster.Settle(() => cluster.Status(Web2) is { Active: "active" });

        Assert.Same(container, cluster.Container(Web2));
        Assert.Null(cluster.MachineOf(Web1));
    }

    [Fact]
    public void What_is_placed_there_instead_waits_until_it_has_drained_and_stopped()
    {
        var cluster = Rehearsal.OfWebsite();
        string?[] used = [cluster.MachineOf(Balancer), cluster.MachineOf(Web1), cluster.MachineOf(Web2)];
        var spare = cluster.World.Machines.Values.Single(one => !used.Contains(one.Id));
        var machine = cluster[cluster.MachineOf(Web1)!];
        LoseAllButTheBalancer(cluster);
        spare.Cut(off: false);
        cluster.Settle(() => cluster.MachineOf(Web1) == spare.Id);

        machine.Cut(off: false);
        cluster.Settle(() => cluster.MachineOf(Web2) == machine.Id && cluster.Status(Web2) is { Active: "inactive", Reason.Length: > 0 });
        Assert.Equal($"waits until {Web1}, which has no place here any more, has stopped", cluster.Status(Web2)!.Reason);
        cluster.Settle(() =>
        {
            Assert.True(machine.Docker.RunningOf(Web1) is null || machine.Docker.RunningOf(Web2) is null);
            return machine.Docker.RunningOf(Web2) is not null;
        });

        cluster.Settle(() => cluster.Status(Web2) is { Active: "active", Restarts: 0, Reason: "" });
    }

    /// <summary>Cuts all other machines off, and says as an operator that they are lost.</summary>
    private static void LoseAllButTheBalancer(Rehearsal cluster)
    {
        var balancer = cluster.MachineOf(Balancer);
        var others = cluster.World.Machines.Values.Where(one => one.Id != balancer).ToList();
        others.ForEach(one => one.Cut(off: true));
        cluster.Settle(() => cluster.State.Engine?.Value.HoldingMachines.Count == 3);
        cluster.Do(new ResumeCluster());
        cluster.Settle(() => cluster.MachineOf(Web1) is null && cluster.MachineOf(Web2) is null);
    }
}
