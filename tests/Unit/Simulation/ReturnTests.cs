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

    [Fact]
    public void What_is_placed_there_instead_waits_until_it_has_drained_and_stopped()
    {
        var cluster = Rehearsal.OfWebsite();
        var balancer = cluster.MachineOf(Balancer);
        var machine = cluster[cluster.MachineOf(Web2)!];
        var others = cluster.World.Machines.Values.Where(one => one.Id != balancer).ToList();
        others.ForEach(one => one.Cut(off: true));
        cluster.Settle(() => cluster.State.Engine?.Value.HoldingMachines.Count == 3);
        cluster.Do(new ResumeCluster());
        cluster.Settle(() => cluster.MachineOf(Web1) is null && cluster.MachineOf(Web2) is null);

        machine.Cut(off: false);
        cluster.Settle(() => cluster.MachineOf(Web1) == machine.Id && cluster.Status(Web1) is { Active: "inactive", Reason.Length: > 0 });
        Assert.Equal($"waits until {Web2}, which has no place here any more, has stopped", cluster.Status(Web1)!.Reason);
        cluster.Settle(() =>
        {
            Assert.True(machine.Docker.RunningOf(Web1) is null || machine.Docker.RunningOf(Web2) is null);
            return machine.Docker.RunningOf(Web1) is not null;
        });

        cluster.Settle(() => cluster.Status(Web1) is { Active: "active", Restarts: 0, Reason: "" });
    }
}
