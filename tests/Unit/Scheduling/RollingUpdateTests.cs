using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Storage;
using HaWeb.Tests.Unit.Simulation;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class RollingUpdateTests
{
    private const string Template = "nginx@.service";

    private static readonly string Next = Rehearsal.Web.Replace("nginx:latest", "nginx:2", StringComparison.Ordinal);

    [Fact]
    public void Instances_get_the_file_in_place_one_after_the_other_and_the_template_last()
    {
        var cluster = Website(3);
        var before = Places(cluster);
        var former = cluster.State.Units[Template]!.Value.Hash;
        var order = new List<string>();

        Begin(cluster, Next);
        var least = Watch(cluster, () =>
        {
            foreach (var (unit, record) in cluster.State.Units.Entries.Where(entry => entry.Value.Value.Hash == Target(cluster) && !order.Contains(entry.Key)))
            {
                order.Add(unit);
            }
        });

        Assert.Equal(["nginx@1.service", "nginx@2.service", "nginx@3.service", Template], order);
        Assert.Equal(2, least);
        Assert.Equal(before, Places(cluster));
        Assert.All(Units(3), unit => Assert.Equal("nginx:2", cluster.Container(unit)!.Spec.Image));
        Assert.NotEqual(former, cluster.State.Units[Template]!.Value.Hash);
        Assert.Equal(UpdateState.Done, State(cluster));
        Assert.DoesNotContain(cluster.World.Trace, line => line.Contains("leaves", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_has_to_stay_healthy_before_the_next_one_begins()
    {
        var cluster = Website(2);
        Begin(cluster, Next, update => update with { MinHealthyTime = TimeSpan.FromSeconds(40) });
        cluster.Settle(() => cluster.Status("nginx@1.service")?.Hash == Target(cluster) && cluster.Status("nginx@1.service")!.Healthy == true);

        cluster.World.RunFor(TimeSpan.FromSeconds(35));
        Assert.NotEqual(Target(cluster), cluster.State.Units["nginx@2.service"]!.Value.Hash);

        cluster.Settle(() => cluster.State.Units["nginx@2.service"]!.Value.Hash == Target(cluster), seconds: 10);
    }

    [Fact]
    public void A_break_in_its_health_makes_it_prove_itself_anew()
    {
        var cluster = Website(2);
        Begin(cluster, Next, update => update with { MinHealthyTime = TimeSpan.FromSeconds(40) });
        cluster.Settle(() => cluster.Status("nginx@1.service") is { Healthy: true } status && status.Hash == Target(cluster));
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        cluster[cluster.MachineOf("nginx@1.service")!].EndContainer("nginx@1.service", 1);

        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.NotEqual(Target(cluster), cluster.State.Units["nginx@2.service"]!.Value.Hash);
        cluster.Settle(() => State(cluster) == UpdateState.Done, seconds: 120);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 3)]
    [InlineData(5, 1)]
    public void No_more_are_unavailable_than_asked_for_and_never_all(int maxUnavailable, int stay)
    {
        var cluster = Website(5);

        Begin(cluster, Next, update => update with { MaxUnavailable = maxUnavailable });

        Assert.Equal(stay, Watch(cluster, () => { }));
        Assert.Equal(UpdateState.Done, State(cluster));
    }

    [Fact]
    public void Canaries_prove_the_file_and_then_an_operator_says_go_on()
    {
        var cluster = Website(4);
        Begin(cluster, Next, update => update with { Canary = 1, Pause = true, MaxUnavailable = 3 });
        cluster.World.RunFor(TimeSpan.FromMinutes(5));

        var update = cluster.State.Updates[Template]!.Value;
        Assert.Equal((UpdateState.Running, true), (update.State, update.Paused));
        Assert.Equal("nginx@1.service proved the file; the rest waits for an operator", update.Reason);
        Assert.Equal(["nginx@1.service"], Units(4).Where(unit => cluster.State.Units[unit]!.Value.Hash == update.To));

        cluster.Do(new SteerUpdate(Template, OperationAction.Resume));
        cluster.Settle(() => State(cluster) == UpdateState.Done, seconds: 120);
    }

    [Fact]
    public void Nothing_begins_before_the_balancer_has_said_what_it_serves()
    {
        var cluster = Website(2);
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
        var (machine, balancer, entry) = Assert.Single(cluster.State.Balancers.Entries);
        var key = cluster.World.Keys.Balancer(machine, balancer);
        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Delete(key)]));
        Begin(cluster, Next);
        cluster.World.RunFor(TimeSpan.FromMinutes(1));

        Assert.Equal($"{balancer} on {machine} has not said yet what it serves", UpdateView.Find(cluster.State, Template, cluster.World.Now)!.Reason);
        Assert.Equal(2, cluster.ServedBackends());

        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(key, RecordCodec.Write(entry.Value))]));
        cluster.Settle(() => cluster.Status("nginx@1.service")?.Hash == Target(cluster));
    }

    [Fact]
    public void An_image_that_does_not_exist_turns_the_update_round_and_touches_no_second_instance()
    {
        var cluster = Website(3);
        MissImage(cluster);
        var others = Units(3)[1..].Select(unit => cluster.Container(unit)!.Id).ToList();
        var former = cluster.State.Units[Template]!.Value.Hash;

        Begin(cluster, Next);
        cluster.Settle(() => State(cluster) == UpdateState.RolledBack, seconds: 120);

        Assert.Contains("nginx@1.service failed on", cluster.State.Updates[Template]!.Value.Reason, StringComparison.Ordinal);
        Assert.Equal(others, Units(3)[1..].Select(unit => cluster.Container(unit)!.Id));
        Assert.All(Units(3), unit => Assert.Equal((former, true), (cluster.State.Units[unit]!.Value.Hash, cluster.Status(unit)!.Healthy)));
        Assert.Equal(former, cluster.State.Units[Template]!.Value.Hash);
    }

    [Fact]
    public void An_instance_that_is_not_healthy_in_time_turns_the_update_round_and_what_was_done_too()
    {
        var cluster = Website(3);
        Begin(cluster, Next, update => update with { HealthyDeadline = TimeSpan.FromMinutes(1) });
        cluster.Settle(() => cluster.State.Units["nginx@2.service"]!.Value.Hash == Target(cluster));
        var machine = cluster[cluster.MachineOf("nginx@2.service")!];
        machine.FailProbes("nginx@2.service", fail: true);

        cluster.Settle(() => State(cluster) == UpdateState.RollingBack, seconds: 120);
        machine.FailProbes("nginx@2.service", fail: false);
        var least = Watch(cluster, () => { });

        Assert.Contains("nginx@2.service was not available for 10 s within 60 s", cluster.State.Updates[Template]!.Value.Reason, StringComparison.Ordinal);
        Assert.Equal(UpdateState.RolledBack, State(cluster));
        Assert.All(Units(3), unit => Assert.Equal("nginx:latest", cluster.Container(unit)!.Spec.Image));
        Assert.True(least >= 1);
    }

    [Fact]
    public void A_container_that_keeps_crashing_turns_the_update_round()
    {
        var cluster = Website(2);
        Begin(cluster, Next, update => update with { HealthyDeadline = TimeSpan.FromSeconds(30) });
        var machine = cluster[cluster.MachineOf("nginx@1.service")!];
        machine.Docker.FailingUnits.Add("nginx@1.service");

        cluster.Settle(() => State(cluster) == UpdateState.RollingBack, seconds: 120);
        machine.Docker.FailingUnits.Clear();
        cluster.Settle(() => State(cluster) == UpdateState.RolledBack && cluster.Backends.Count == 2, seconds: 120);

        Assert.Equal("nginx:latest", cluster.Container("nginx@2.service")!.Spec.Image);
    }

    [Fact]
    public void Another_engine_goes_on_where_the_former_one_was()
    {
        var cluster = Website(3);
        Begin(cluster, Next);
        for (var instance = 1; instance <= 3; instance++)
        {
            cluster.Settle(() => cluster.State.Units[$"nginx@{instance}.service"]!.Value.Hash == Target(cluster), seconds: 120);
            cluster.World.EndLeadership();
        }

        cluster.Settle(() => State(cluster) == UpdateState.Done, seconds: 120);
        Assert.All(Units(3), unit => Assert.Equal("nginx:2", cluster.Container(unit)!.Spec.Image));
    }

    [Fact]
    public void The_store_that_is_away_for_longer_than_the_deadline_condemns_nobody()
    {
        var cluster = Website(2);
        Begin(cluster, Next, update => update with { HealthyDeadline = TimeSpan.FromSeconds(30) });
        cluster.Settle(() => cluster.State.Units["nginx@1.service"]!.Value.Hash == Target(cluster));
        cluster.World.StopStore();
        cluster.World.RunFor(TimeSpan.FromMinutes(3));
        cluster.World.StartStore();

        cluster.Settle(() => State(cluster) is UpdateState.Done or UpdateState.RollingBack, seconds: 120);

        Assert.Equal(UpdateState.Done, State(cluster));
    }

    [Fact]
    public void An_instance_that_is_started_meanwhile_begins_with_the_proved_file_and_is_updated_too()
    {
        var cluster = Website(2, machines: 5);
        Begin(cluster, Next);
        var former = cluster.State.Units[Template]!.Value.Hash;
        cluster.Settle(() => cluster.State.Units["nginx@1.service"]!.Value.Hash == Target(cluster));

        cluster.Do(new StartUnits(["nginx@3.service"]));
        Assert.Equal(former, cluster.State.Units["nginx@3.service"]!.Value.Hash);
        cluster.Settle(() => State(cluster) == UpdateState.Done, seconds: 120);

        Assert.Equal("nginx:2", cluster.Container("nginx@3.service")!.Spec.Image);
    }

    [Fact]
    public void Instances_that_are_stopped_removed_or_moved_meanwhile_hold_nobody_up()
    {
        var cluster = Website(4, machines: 6);
        Begin(cluster, Next, update => update with { MinHealthyTime = TimeSpan.FromSeconds(20) });
        foreach (var (operation, unit) in new (IOperation, string)[]
        {
            (new StopUnits(["nginx@1.service"]), "nginx@1.service"),
            (new RemoveUnits(["nginx@2.service"]), "nginx@2.service"),
            (new MoveUnits(["nginx@3.service"], null), "nginx@3.service"),
        })
        {
            cluster.Settle(() => cluster.State.Updates[Template]!.Value.Steps.Exists(step => step.Unit == unit) && cluster.Status(unit) is { Healthy: true } status && status.Hash == Target(cluster), seconds: 120);
            Assert.Empty(cluster.Do(operation).Refusals);
        }

        cluster.Settle(() => State(cluster) == UpdateState.Done, seconds: 200);
        Assert.Equal(["nginx:2", "nginx:2"], new[] { "nginx@3.service", "nginx@4.service" }.Select(unit => cluster.Container(unit)!.Spec.Image));
        Assert.Equal(Target(cluster), cluster.State.Units["nginx@1.service"]!.Value.Hash);
    }

    [Fact]
    public void What_does_not_run_gets_the_file_when_all_that_run_have_proved_it()
    {
        var cluster = Website(3);
        cluster.Do(new StopUnits(["nginx@1.service"]));
        cluster.Do(new StopUnits(["nginx@3.service"], Unload: true, Force: true));
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Begin(cluster, Next, update => update with { Force = true });
        cluster.Settle(() => cluster.State.Units["nginx@2.service"]!.Value.Hash == Target(cluster));
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
        Assert.NotEqual(Target(cluster), cluster.State.Units["nginx@1.service"]!.Value.Hash);

        cluster.Settle(() => State(cluster) == UpdateState.Done, seconds: 60);
        Assert.All(Units(3), unit => Assert.Equal(Target(cluster), cluster.State.Units[unit]!.Value.Hash));
        Assert.Null(cluster.Container("nginx@1.service"));
    }

    [Fact]
    public void Only_an_instance_that_the_new_file_keeps_off_its_machine_moves()
    {
        var world = new ScheduleWorld("A zone=a", "B zone=b", "C zone=b");
        world.Import("web@.service", "Conflicts=web@*.service|Service=website");
        world.Start("web@1.service", "web@2.service");
        Assert.Equal("web@1: A; web@2: B", world.Places);
        var text = world.State.Files[world.State.Units["web@.service"]!.Value.Hash]!.Value;

        world.Settle(new UpdateUnit("web@.service", new UpdateContent.File(text.Replace("[X-Fleet]", "[X-Fleet]\nMachineMetadata=zone=b", StringComparison.Ordinal))));

        Assert.Equal("web@1: C; web@2: B", world.Places);
        Assert.Equal(UpdateState.Done, world.State.Updates["web@.service"]!.Value.State);
        Assert.Equal("A", world.State.Placements["C", "web@1.service"]!.Value.MovedFrom);
        Assert.Contains(world.Story("web@1.service"), line => line.Contains("its file keeps it off A: needs zone=b, it has zone=a", StringComparison.Ordinal));
    }

    [Fact]
    public void A_global_unit_is_updated_one_machine_after_the_other()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("Global=true|Service=monitor", "g.service");
        var former = world.State.Units["g.service"]!.Value.Hash;
        var text = world.State.Files[former]!.Value.Replace(" image", " image:2", StringComparison.Ordinal);
        var least = 3;

        Assert.True(world.World.Commit(new UpdateUnit("g.service", new UpdateContent.File(text)).Plan(world.State, world.World.Now).Steps.Single().Transaction).Succeeded);
        world.Join("D");
        world.World.RunUntil(
            () =>
            {
                least = Math.Min(least, world.State.Backends["monitor"].Count);
                Assert.True(world.State.Units["g.service"]!.Value.Hash == former || world.State.Placements.Entries.All(entry => entry.Entry.Value.Hash != former));
                return world.State.Updates["g.service"]!.Value.State == UpdateState.Done;
            },
            TimeSpan.FromMinutes(3));

        Assert.Equal((UpdateState.Done, "g: A,B,C,D"), (world.State.Updates["g.service"]!.Value.State, world.Places));
        Assert.All(world.World.Machines.Values, machine => Assert.Equal("image:2", machine.Docker.RunningOf("g.service")!.Spec.Image));
        Assert.Equal(2, least);
    }

    [Fact]
    public void The_only_backend_of_a_service_is_updated_by_force_or_when_another_one_serves()
    {
        var cluster = Website(2);
        Begin(cluster, Next, update => update with { MinHealthyTime = TimeSpan.FromSeconds(15) });
        cluster.Settle(() => cluster.Status("nginx@1.service") is { Healthy: true } status && status.Hash == Target(cluster));
        cluster.Do(new StopUnits(["nginx@1.service"], Force: true));

        cluster.World.RunFor(TimeSpan.FromMinutes(2));
        Assert.Equal(UpdateState.Running, State(cluster));
        Assert.Equal("nginx@2.service is the last healthy backend of website: start another instance, or use -Force", UpdateView.Find(cluster.State, Template, cluster.World.Now)!.Reason);

        cluster.Do(new StartUnits(["nginx@1.service"]));
        cluster.Settle(() => State(cluster) == UpdateState.Done, seconds: 60);
    }

    [Fact]
    public void Options_of_HaWeb_reach_the_instances_and_restart_none()
    {
        var cluster = Website(2);
        var containers = Units(2).Select(unit => cluster.Container(unit)!.Id).ToList();

        Begin(cluster, Rehearsal.Web + "\nWeight=3");
        cluster.Settle(() => State(cluster) == UpdateState.Done);

        Assert.Equal(containers, Units(2).Select(unit => cluster.Container(unit)!.Id));
        Assert.All(cluster.Backends.Values, backend => Assert.EndsWith(" weight=3", backend, StringComparison.Ordinal));
    }

    [Fact]
    public void An_instance_that_has_failed_goes_first_and_is_tried_again_with_the_new_file()
    {
        var cluster = new Rehearsal(2);
        cluster.Do(new ImportUnits([new UnitSource(Template, Rehearsal.Web.Replace("Restart=always", "Restart=no", StringComparison.Ordinal))]));
        cluster.Do(new StartUnits(Units(2)));
        cluster.Settle(() => cluster.Backends.Count == 2);
        cluster[cluster.MachineOf("nginx@2.service")!].EndContainer("nginx@2.service", 1);
        cluster.Settle(() => cluster.Status("nginx@2.service")!.Active == "failed");

        Begin(cluster, Next);
        cluster.Settle(() => cluster.State.Units["nginx@2.service"]!.Value.Hash == Target(cluster));
        Assert.NotEqual(Target(cluster), cluster.State.Units["nginx@1.service"]!.Value.Hash);
        cluster.Settle(() => State(cluster) == UpdateState.Done);

        Assert.Equal(2, cluster.Backends.Count);
    }

    [Fact]
    public void A_machine_that_is_lost_meanwhile_says_nothing_about_the_file()
    {
        var cluster = Website(3, machines: 5);
        Begin(cluster, Next, update => update with { HealthyDeadline = TimeSpan.FromSeconds(11) });
        cluster.Settle(() => cluster.State.Updates[Template]!.Value.Steps.Exists(step => step.Unit == "nginx@2.service"));
        cluster[cluster.MachineOf("nginx@2.service")!].PowerLoss();

        cluster.Settle(() => State(cluster) != UpdateState.Running, seconds: 180);

        Assert.Equal(UpdateState.Done, State(cluster));
        Assert.All(Units(3), unit => Assert.Equal("nginx:2", cluster.Container(unit)!.Spec.Image));
    }

    [Fact]
    public void An_operator_pauses_it_and_takes_it_back()
    {
        var cluster = Website(3);
        Begin(cluster, Next);
        cluster.Settle(() => cluster.State.Units["nginx@2.service"]!.Value.Hash == Target(cluster));
        cluster.Do(new SteerUpdate(Template, OperationAction.Pause));
        cluster.World.RunFor(TimeSpan.FromMinutes(2));
        Assert.Empty(cluster.State.Updates[Template]!.Value.Steps);
        Assert.NotEqual(Target(cluster), cluster.State.Units["nginx@3.service"]!.Value.Hash);

        cluster.Do(new SteerUpdate(Template, OperationAction.Rollback));
        Watch(cluster, () => { });

        Assert.Equal((UpdateState.RolledBack, "an operator rolled it back"), (State(cluster), cluster.State.Updates[Template]!.Value.Reason));
        Assert.All(Units(3), unit => Assert.Equal("nginx:latest", cluster.Container(unit)!.Spec.Image));
    }

    [Fact]
    public void What_is_taken_back_while_it_drains_runs_on()
    {
        var cluster = Website(2);
        var container = cluster.Container("nginx@1.service")!.Id;
        Begin(cluster, Next);
        cluster.Settle(() => cluster.Status("nginx@1.service")!.Sub == "draining");

        cluster.Do(new SteerUpdate(Template, OperationAction.Rollback));
        cluster.Settle(() => State(cluster) == UpdateState.RolledBack && cluster.Backends.Count == 2);

        Assert.Equal(container, cluster.Container("nginx@1.service")!.Id);
    }

    [Fact]
    public void An_instance_with_a_file_of_its_own_gets_that_back()
    {
        var cluster = Website(2);
        var own = Rehearsal.Web.Replace("Description=Web", "Description=Another", StringComparison.Ordinal);
        var record = cluster.State.Units["nginx@2.service"]!.Value;
        var hash = Core.Units.UnitFile.Parse(own, out _).Hash;
        cluster.World.Commit(new StoreTransaction([], [
            new StoreWrite.Put(cluster.World.Keys.File(hash), own),
            new StoreWrite.Put(cluster.World.Keys.Unit("nginx@2.service"), RecordCodec.Write(record with { Hash = hash }))]));
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
        Assert.True(new UnitViews(cluster.State, cluster.World.Now).Of("nginx@2.service").Single().TemplateDrift);

        Begin(cluster, Next, update => update with { Canary = 2, Pause = true });
        cluster.Settle(() => cluster.State.Updates[Template]!.Value.Paused, seconds: 120);
        cluster.Do(new CollectFiles());
        cluster.Do(new SteerUpdate(Template, OperationAction.Rollback));
        Watch(cluster, () => { });

        Assert.Equal((record.Hash, hash), (cluster.State.Units["nginx@1.service"]!.Value.Hash, cluster.State.Units["nginx@2.service"]!.Value.Hash));
        Assert.True(cluster.State.Files.Contains(hash));
    }

    [Fact]
    public void A_drain_and_an_update_of_one_service_take_turns()
    {
        var cluster = Website(3, machines: 5);
        Begin(cluster, Next);
        cluster.Do(new CordonMachines([cluster.MachineOf("nginx@3.service")!], Drain: true));

        Assert.Equal(2, Watch(cluster, () => { }));
        Assert.Equal(UpdateState.Done, State(cluster));
        cluster.Settle(() => cluster.Backends.Count == 3 && cluster.Container("nginx@3.service")!.Spec.Image == "nginx:2", seconds: 120);
    }

    private static Rehearsal Website(int instances, int machines = 6)
    {
        var cluster = new Rehearsal(machines);
        cluster.Do(new ImportUnits([new UnitSource(Template, Rehearsal.Web), new UnitSource("nginx-loadbalancer.service", Rehearsal.Balancer)]));
        cluster.Do(new StartUnits([.. Units(instances), "nginx-loadbalancer.service"]));
        cluster.Settle(() => cluster.Backends.Count == instances && cluster.ServedBackends() == instances);
        return cluster;
    }

    private static string[] Units(int instances) => [.. Enumerable.Range(1, instances).Select(instance => $"nginx@{instance}.service")];

    private static void Begin(Rehearsal cluster, string text, Func<UpdateUnit, UpdateUnit>? with = null)
    {
        var update = new UpdateUnit(Template, new UpdateContent.File(text));
        Assert.Empty(cluster.Do(with is null ? update : with(update)).Refusals);
    }

    /// <summary>Runs until the update is over, and gives the fewest backends that were served meanwhile.</summary>
    private static int Watch(Rehearsal cluster, Action look)
    {
        var least = int.MaxValue;
        cluster.World.RunUntil(
            () =>
            {
                least = Math.Min(least, cluster.ServedBackends());
                look();
                return !cluster.State.Updates[Template]!.Value.IsUnderWay;
            },
            TimeSpan.FromMinutes(10));
        return least;
    }

    private static void MissImage(Rehearsal cluster)
    {
        foreach (var machine in cluster.World.Machines.Values)
        {
            machine.MissImage("nginx:2", missing: true);
        }
    }

    private static UpdateState State(Rehearsal cluster) => cluster.State.Updates[Template]!.Value.State;

    private static string Target(Rehearsal cluster) => cluster.State.Updates[Template]!.Value.To;

    private static string Places(Rehearsal cluster) => string.Join(", ", cluster.State.Placements.Entries.Select(entry => $"{entry.Item} on {entry.Owner}"));
}
