using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>Two balancers that share an address: who has it, and what moves it.</summary>
public sealed class SharedAddressTests
{
    private const string Address = "10.99.0.100";

    private const string Balancer = """
        [Service]
        Restart=always
        ExecStart=/usr/bin/docker run --name lb%i -p 80:80 nginx:latest nginx -g "daemon off; worker_shutdown_timeout 30s;"
        ExecStop=/usr/bin/docker stop lb%i
        [X-Fleet]
        Conflicts=nginx@*.service lb@*.service
        [X-HaWeb]
        LoadBalancer=website
        VirtualIP=10.99.0.100/24
        """;

    [Fact]
    public void One_of_them_has_it_and_says_so()
    {
        var cluster = Start();

        var balancers = BalancerView.All(cluster.State).ToList();
        Assert.Equal(["lb@1.service", "lb@2.service"], balancers.Select(balancer => balancer.Name).Order());
        Assert.Equal([AddressRole.Ready, AddressRole.Holder], balancers.Select(balancer => balancer.Role!.Value).Order());
        Assert.All(balancers, balancer => Assert.Equal(("10.99.0.100/24", Holder(cluster)), (balancer.VirtualIP, Assert.Single(balancer.Holders))));
        Assert.All(balancers, balancer => Assert.Empty(balancer.Problems));
        Assert.All(cluster.State.Status.Entries, status => Assert.Equal("", status.Entry.Value.Reason));
    }

    [Fact]
    public void It_moves_within_a_second_when_its_machine_loses_power()
    {
        var cluster = Start();
        var before = Holder(cluster);

        cluster[before!].PowerLoss();

        Assert.Null(Holder(cluster));
        cluster.World.RunFor(TimeSpan.FromSeconds(1));
        Assert.NotNull(Holder(cluster));
        Assert.NotEqual(before, Holder(cluster));
        cluster.Settle(() => Roles(cluster).Count == 2 && Roles(cluster).Contains(AddressRole.Ready));
    }

    [Fact]
    public void It_moves_within_a_second_when_its_nginx_dies_and_does_not_come_back_by_itself()
    {
        var cluster = Start();
        var before = Holder(cluster)!;

        cluster[before].EndContainer(UnitOn(cluster, before), 137);
        cluster.World.RunFor(TimeSpan.FromSeconds(1));

        var after = Holder(cluster);
        Assert.NotNull(after);
        Assert.NotEqual(before, after);
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal(after, Holder(cluster));
        Assert.Equal([AddressRole.Ready, AddressRole.Holder], Roles(cluster));
    }

    [Fact]
    public void It_moves_also_when_the_agent_of_an_nginx_that_hangs_is_dead()
    {
        var cluster = Start();
        var before = Holder(cluster)!;
        cluster[before].KillAgent();

        cluster[before].HangContainer(UnitOn(cluster, before), hangs: true);
        cluster.World.RunFor(TimeSpan.FromSeconds(5));

        Assert.NotNull(Holder(cluster));
        Assert.NotEqual(before, Holder(cluster));
    }

    [Fact]
    public void It_stays_when_agents_are_restarted_and_while_the_store_is_away()
    {
        var cluster = Start();
        var before = Holder(cluster);
        var held = 0;
        cluster.World.Observer = new Interference((_, effect) =>
        {
            held += effect is Effect.Keepalived { Request: KeepalivedRequest.Stop } ? 1 : 0;
            return Disturbance.None;
        });

        cluster.World.StopStore();
        cluster.World.RunFor(TimeSpan.FromSeconds(60));
        foreach (var machine in cluster.World.Machines.Values)
        {
            machine.KillAgent();
            machine.StartAgent();
        }

        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        cluster.World.StartStore();
        cluster.World.RunFor(TimeSpan.FromSeconds(60));

        Assert.Equal((before, 0), (Holder(cluster), held));
        Assert.DoesNotContain(cluster.World.Trace, line => line.Contains("holds 10.99.0.100 no longer", StringComparison.Ordinal));
        Assert.Equal([AddressRole.Ready, AddressRole.Holder], Roles(cluster));
    }

    [Fact]
    public void A_planned_stop_gives_it_away_before_the_container_is_signalled()
    {
        var cluster = Start();
        var before = Holder(cluster)!;
        var unit = UnitOn(cluster, before);
        string? atTheStop = "";
        cluster.World.Observer = new Interference((machine, effect) =>
        {
            if (machine.Id == before && effect is Effect.Docker { Request: Core.Containers.DockerRequest.Stop or Core.Containers.DockerRequest.Exec } && atTheStop == "")
            {
                atTheStop = Holder(cluster);
            }

            return Disturbance.None;
        });

        cluster.Do(new StopUnits([unit]));
        cluster.Settle(() => cluster.Container(unit) is null);

        Assert.NotEmpty(atTheStop!);
        Assert.NotEqual(before, atTheStop);
        Assert.Equal(atTheStop, Holder(cluster));
    }

    [Fact]
    public void A_restart_gives_it_away_and_it_stays_there()
    {
        var cluster = Start();
        var before = Holder(cluster)!;
        var unit = UnitOn(cluster, before);
        var container = cluster.Container(unit);

        cluster.Do(new RestartUnits([unit]));
        cluster.Settle(() => cluster.Container(unit) is { } now && now != container && Roles(cluster).Count == 2);
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.NotNull(Holder(cluster));
        Assert.NotEqual(before, Holder(cluster));
        Assert.Equal([AddressRole.Ready, AddressRole.Holder], Roles(cluster));
    }

    [Fact]
    public void A_second_stop_that_follows_at_once_waits_until_the_first_balancer_is_ready_again()
    {
        var cluster = Start();
        var before = Holder(cluster)!;
        var (first, second) = (UnitOn(cluster, before), UnitOn(cluster, before) == "lb@1.service" ? "lb@2.service" : "lb@1.service");
        cluster.Do(new RestartUnits([first]));
        cluster.Settle(() => Holder(cluster) is { } now && now != before && cluster.Status(first) is { Active: "active", Restart: 1 });
        var gone = TimeSpan.Zero;
        DateTimeOffset? since = null;

        cluster.Do(new RestartUnits([second]));
        cluster.Settle(() =>
        {
            since = Holder(cluster) is null ? since ?? cluster.World.Now : null;
            gone = since is { } from && cluster.World.Now - from > gone ? cluster.World.Now - from : gone;
            return cluster.Status(second) is { Active: "active", Restart: 1 } && Roles(cluster).Count == 2 && Roles(cluster).Contains(AddressRole.Ready);
        });

        Assert.Equal(before, Holder(cluster));
        Assert.InRange(gone, TimeSpan.FromMilliseconds(1), KeepalivedWriter.SkewTime + TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void The_last_one_keeps_it_until_it_stops_and_waits_for_nobody()
    {
        var cluster = Start(instances: 1);
        var began = cluster.World.Now;

        cluster.Do(new StopUnits(["lb@1.service"]));
        cluster.Settle(() => cluster.Container("lb@1.service") is null, seconds: 5);

        Assert.InRange(cluster.World.Now - began, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        cluster.Settle(() => Holder(cluster) is null);
        Assert.Empty(cluster.World.Machines.Values.SelectMany(machine => machine.Routers));
    }

    [Fact]
    public void A_machine_without_keepalived_serves_without_it_and_says_why()
    {
        var cluster = new Rehearsal(2);
        foreach (var machine in cluster.World.Machines.Values)
        {
            machine.KeepalivedProblem = "keepalived is not installed";
        }

        cluster.Do(new ImportUnits([new UnitSource("lb@.service", Balancer)]));
        cluster.Do(new StartUnits(["lb@1.service"]));
        cluster.Settle(() => cluster.Status("lb@1.service") is { Active: "active", Reason.Length: > 0 } && BalancerView.All(cluster.State).Any(one => one.Problems.Count > 0));

        Assert.Contains("keepalived is not installed", cluster.Status("lb@1.service")!.Reason);
        var balancer = Assert.Single(BalancerView.All(cluster.State));
        Assert.Equal(AddressRole.Out, balancer.Role);
        Assert.Contains("keepalived is not installed", Assert.Single(balancer.Problems));
        foreach (var machine in cluster.World.Machines.Values)
        {
            machine.KeepalivedProblem = null;
        }

        cluster.Settle(() => Holder(cluster) is not null && cluster.Status("lb@1.service")!.Reason == "", seconds: 120);
    }

    [Fact]
    public void One_whose_unit_went_while_its_agent_was_away_is_ended_by_the_next_agent()
    {
        var cluster = Start(instances: 1);
        var machine = cluster[Holder(cluster)!];
        machine.KillAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(1));
        machine.StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(machine.Id, Holder(cluster));

        machine.KillAgent();
        cluster.Do(new StopUnits(["lb@1.service"], Unload: true));
        machine.StartAgent();

        cluster.Settle(() => machine.Routers.Count == 0 && Holder(cluster) is null && cluster.Container("lb@1.service") is null);
    }

    private static Rehearsal Start(int instances = 2)
    {
        var cluster = new Rehearsal(4);
        cluster.Do(new ImportUnits([new UnitSource("nginx@.service", Rehearsal.Web), new UnitSource("lb@.service", Balancer)]));
        cluster.Do(new StartUnits(["nginx@1.service", .. Enumerable.Range(1, instances).Select(number => $"lb@{number}.service")]));
        cluster.Settle(() => Holder(cluster) is not null && Roles(cluster).Count == instances && Roles(cluster).Contains(AddressRole.Holder));
        return cluster;
    }

    private static string? Holder(Rehearsal cluster) => cluster.World.Addresses.Holders.GetValueOrDefault(Address);

    private static List<AddressRole?> Roles(Rehearsal cluster) => [.. cluster.State.Balancers.Entries.Select(balancer => balancer.Entry.Value.AddressRole).Where(role => role is not AddressRole.Out).Order()];

    private static string UnitOn(Rehearsal cluster, string machine) => cluster.State.Placements[machine].Entries.Single().Key;
}
