using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class DrainTests
{
    [Fact]
    public void All_ordinary_units_leave_a_drained_machine_and_global_ones_stay()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("", "a.service", "b.service", "c.service", "d.service");
        world.Launch("Global=true", "g.service");
        Assert.Equal("a: A; b: B; c: C; d: A; g: A,B,C", world.Places);

        Drain(world, "A");
        world.Settle();

        Assert.Equal("a: B; b: B; c: C; d: C; g: A,B,C", world.Places);
        Assert.All(["a.service", "d.service"], unit => Assert.Equal("A", world.State.Placements[world.Where(unit), unit]!.Value.MovedFrom));
        Assert.Contains(world.Story("a.service"), line => line.Contains("A is drained", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_one_service_one_instance_at_a_time_is_on_its_way()
    {
        var world = new ScheduleWorld("A");
        world.Import("web@.service", "|Service=website");
        world.Start("web@1.service", "web@2.service", "web@3.service");
        world.Join("B");
        world.Settle();

        Drain(world, "A");
        var most = 0;
        var least = 3;
        world.World.RunUntil(
            () =>
            {
                var state = world.State;
                most = Math.Max(most, state.Placements.Entries.Count(entry => entry.Entry.Value.State == PlacementState.Leave));
                least = Math.Min(least, state.Backends["website"].Count);
                return false;
            },
            TimeSpan.FromSeconds(60));

        Assert.Equal("web@1: B; web@2: B; web@3: B", world.Places);
        Assert.Equal((1, 2), (most, least));
    }

    [Fact]
    public void At_most_four_services_are_on_their_way_side_by_side()
    {
        var world = new ScheduleWorld("A");
        string[] units = [.. Enumerable.Range(1, 9).Select(i => $"u{i}.service")];
        world.Launch("", units);
        world.Join("B");
        world.Settle();

        Drain(world, "A");
        var most = 0;
        world.World.RunUntil(
            () =>
            {
                most = Math.Max(most, world.State.Placements.Entries.Count(entry => entry.Entry.Value.State == PlacementState.Leave));
                return false;
            },
            TimeSpan.FromSeconds(60));

        Assert.Equal(4, most);
        Assert.Empty(world.State.Placements["A"].Names);
    }

    [Fact]
    public void The_last_healthy_backend_and_what_no_other_machine_takes_stay_and_say_why()
    {
        var world = new ScheduleWorld("A zone=a", "B");
        world.Import("web@.service", "MachineMetadata=zone=a|Service=website");
        world.Start("web@1.service", "web@2.service");
        world.Import("one.service", "|Service=single");
        world.Start("one.service");
        world.Move("one.service", "A");

        Drain(world, "A");
        world.Settle();

        Assert.Equal("one: A; web@1: A; web@2: A", world.Places);
        var waits = Waits(world);
        Assert.Contains("the last healthy backend of single", waits["one.service"], StringComparison.Ordinal);
        Assert.Contains("no other machine takes it: B: needs zone=a", waits["web@1.service"], StringComparison.Ordinal);

        Drain(world, "A", force: true);
        world.Settle();

        Assert.Equal("one: B; web@1: -; web@2: -", world.Places);
    }

    [Fact]
    public void Two_that_no_machine_takes_together_do_not_both_leave()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("", "db.service");
        world.Launch("Replaces=db.service", "new.service");
        Assert.Equal("db: A; new: B", world.Places);

        Drain(world, "A");
        Drain(world, "B");
        world.Settle();

        Assert.Equal("db: C; new: B", world.Places);
        Assert.NotNull(world.World.Machines["B"].Docker.RunningOf("new.service"));
    }

    [Fact]
    public void A_global_unit_gives_way_to_what_is_drained()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("Global=true", "g.service");
        world.Launch("Conflicts=g.service", "h.service");
        Assert.Equal("g: B; h: A", world.Places);

        Drain(world, "A");
        world.Settle();

        Assert.Equal("g: -; h: B", world.Places);
    }

    [Fact]
    public void What_was_moved_and_has_ended_since_holds_nobody_up()
    {
        var world = new ScheduleWorld("A");
        string[] jobs = [.. Enumerable.Range(1, 6).Select(i => $"job{i}.service")];
        world.Launch("", jobs);
        world.Join("B");
        world.Settle();
        Drain(world, "A");
        world.Settle();
        foreach (var job in jobs)
        {
            world.World.Machines["B"].Docker.FailingUnits.Add(job);
            world.World.Machines["B"].EndContainer(job, 1);
        }

        world.Settle();
        world.Delete(world.World.Keys.Cordon("A"));
        world.Launch("MachineMetadata=only notexists", "last.service");
        Assert.Equal("A", world.Where("last.service"));
        Drain(world, "A");
        world.Settle();

        Assert.Equal("B", world.Where("last.service"));
    }

    [Fact]
    public void A_machine_with_room_for_one_gets_one()
    {
        var world = new ScheduleWorld("A");
        world.Launch("", "aa.service", "bb.service");
        world.Join("B", maxUnits: 1);
        world.Settle();

        Drain(world, "A");
        world.Settle();

        Assert.Equal("aa: B; bb: A", world.Places);
    }

    [Fact]
    public void A_group_leaves_together_and_arrives_together()
    {
        var world = new ScheduleWorld("A", "B zone=b", "C");
        world.Launch("", "app.service");
        world.Launch("MachineOf=app.service", "side.service");
        world.Launch("", "x.service");

        Drain(world, "A");
        world.Settle();

        Assert.Equal("app: C; side: C; x: B", world.Places);
    }

    [Fact]
    public void A_drain_that_is_taken_back_moves_no_more()
    {
        var world = new ScheduleWorld("A");
        world.Import("web@.service", "|Service=website");
        world.Start("web@1.service", "web@2.service", "web@3.service");
        world.Join("B");
        world.Settle();
        Drain(world, "A");
        Assert.True(world.World.RunUntil(() => world.State.Placements["B"].Count == 1, TimeSpan.FromSeconds(60)));

        world.Delete(world.World.Keys.Cordon("A"));
        world.Settle();

        Assert.Equal("web@1: B; web@2: A; web@3: A", world.Places);
    }

    [Fact]
    public void A_backend_whose_agent_has_not_said_yet_how_it_is_does_not_leave()
    {
        var world = new ScheduleWorld("A");
        world.Import("web@.service", "|Service=website");
        world.Start("web@1.service");
        world.Join("B");
        world.Settle();

        world.World.StopStore();
        world.Settle();
        world.World.StartStore(leasesLost: true);
        Drain(world, "A");
        world.Settle();

        Assert.Equal("web@1: A", world.Places);
        Assert.DoesNotContain(world.Story("web@1.service"), line => line.Contains("leaves A", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_backend_that_shall_be_restarted_and_serves_meanwhile_does_not_leave()
    {
        var world = new ScheduleWorld("A");
        world.Import("web@.service", "|Service=website");
        world.Start("web@1.service");
        world.Join("B");
        world.Settle();
        world.World.Machines["A"].StopDocker(down: true);

        Drain(world, "A");
        var record = world.State.Units["web@1.service"]!.Value;
        world.Put(world.World.Keys.Unit("web@1.service"), record with { Restart = record.Restart + 1 });
        world.Settle();

        Assert.Equal("web@1: A", world.Places);
        Assert.DoesNotContain(world.Story("web@1.service"), line => line.Contains("leaves A", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("active", "", 0, true, false)]
    [InlineData("active", "", 0, false, true)]
    [InlineData("activating", "", 0, true, true)]
    [InlineData("activating", "", 1, true, false)]
    [InlineData("inactive", "", 0, false, true)]
    [InlineData("inactive", "waits for web@2.service, which it starts after (After=)", 0, false, false)]
    [InlineData("failed", "", 0, false, false)]
    public void A_backend_stays_until_the_balancers_that_may_serve_it_have_said_so(string active, string reason, int restarts, bool isRegistered, bool waits)
    {
        var world = WithBalancer();
        var status = world.State.Status["C", "lb.service"]!.Value;
        world.Put(world.World.Keys.Status("C", "lb.service"), status with { Active = active, Reason = reason, Restarts = restarts });
        if (!isRegistered)
        {
            world.Delete(world.World.Keys.Balancer("C", "lb.service"));
        }

        Assert.Equal(waits ? "lb.service on C has not said yet what it serves" : null, Waits(world)["web@1.service"]);
    }

    [Fact]
    public void A_backend_stays_until_a_balancer_whose_machine_has_just_gone_is_elsewhere()
    {
        var world = WithBalancer();

        world.Delete(world.World.Keys.Alive("C"));

        Assert.Equal("lb.service on C has not said yet what it serves", Waits(world)["web@1.service"]);
    }

    [Fact]
    public void A_backend_leaves_although_a_machine_of_a_global_balancer_is_gone()
    {
        var world = WithBalancer("Global=true");

        world.Delete(world.World.Keys.Alive("C"));

        Assert.Null(Waits(world)["web@1.service"]);
    }

    [Fact]
    public void A_backend_leaves_although_a_balancer_is_kept_from_starting()
    {
        var world = WithBalancer();
        var (status, machine, balancer) = (world.State.Status["C", "lb.service"]!.Value, world.State.Machines["C"]!.Value, world.State.Balancers["C", "lb.service"]!.Value);
        world.Put(world.World.Keys.Status("C", "lb.service"), status with { Active = "activating" });

        world.Put(world.World.Keys.Balancer("C", "lb.service"), balancer with { Error = "the template is not there" });
        Assert.Null(Waits(world)["web@1.service"]);
        world.Put(world.World.Keys.Balancer("C", "lb.service"), balancer);
        Assert.NotNull(Waits(world)["web@1.service"]);
        world.Put(world.World.Keys.Machine("C"), machine with { DockerDownSince = world.World.Now });
        Assert.Null(Waits(world)["web@1.service"]);
    }

    [Fact]
    public void What_no_balancer_can_serve_any_more_leaves_at_once()
    {
        var world = WithBalancer();
        var status = world.State.Status["A", "web@1.service"]!.Value;
        world.Delete(world.World.Keys.Balancer("C", "lb.service"));

        foreach (var ended in new[] { status with { Active = "failed", Healthy = null }, status with { Active = "activating", Sub = "auto-restart", Healthy = null } })
        {
            world.Put(world.World.Keys.Status("A", "web@1.service"), ended);
            Assert.Null(Waits(world)["web@1.service"]);
        }
    }

    [Fact]
    public void A_forecast_lets_a_balancer_say_what_it_serves()
    {
        var world = WithBalancer();
        world.Delete(world.World.Keys.Balancer("C", "lb.service"));
        var forecast = new ForecastWorld(world.State);

        forecast.Settle(world.World.Now);

        Assert.Empty(forecast.Stuck(world.World.Now));
        Assert.Empty(forecast.State.Placements["A"].Names);
    }

    [Fact]
    public void A_forced_drain_waits_for_no_balancer()
    {
        var world = WithBalancer(force: true);

        world.Delete(world.World.Keys.Balancer("C", "lb.service"));

        Assert.Null(Waits(world)["web@1.service"]);
    }

    private static void Drain(ScheduleWorld world, string machine, bool force = false) =>
        world.Put(world.World.Keys.Cordon(machine), new CordonRecord { Drain = true, Force = force });

    /// <summary>Two web servers, and a balancer on C; A is about to be drained.</summary>
    private static ScheduleWorld WithBalancer(string rules = "MachineID=C", bool force = false)
    {
        var world = new ScheduleWorld("A", "B", "C", "D");
        world.Import("web@.service", "Conflicts=web@*.service|Service=website");
        world.Start("web@1.service", "web@2.service");
        world.Import("lb.service", $"{rules}|LoadBalancer=website");
        world.Start("lb.service");
        Assert.Contains("web@1: A", world.Places, StringComparison.Ordinal);
        Drain(world, "A", force);
        return world;
    }

    private static Dictionary<string, string?> Waits(ScheduleWorld world)
    {
        var state = world.State;
        return new Drains(state, new PlacementView(state), world.World.Now).Judge().ToDictionary(answer => answer.Unit, answer => answer.Wait);
    }
}
