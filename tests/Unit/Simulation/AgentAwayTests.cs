using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;
using HaWeb.Core.Storage;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>What an agent makes of what happened while it was away, or cut off.</summary>
public sealed class AgentAwayTests
{
    private const string Unit = "app.service";

    [Theory]
    [InlineData("no", 0, "inactive")]
    [InlineData("no", 3, "failed")]
    [InlineData("on-failure", 0, "inactive")]
    public void A_unit_that_has_ended_stays_so_though_nothing_is_said_of_it_any_more(string restart, int exitCode, string active)
    {
        var cluster = Running($"Restart={restart}\nExecStart=/usr/bin/docker run --name app image");
        cluster["sim-1"].EndContainer(Unit, exitCode);
        cluster.Settle(() => cluster.Status(Unit)?.Active == active);
        var containers = cluster["sim-1"].Docker.Containers.Select(container => container.Id).ToList();
        cluster["sim-1"].KillAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Null(cluster.Status(Unit));

        cluster["sim-1"].StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal((active, exitCode), (cluster.Status(Unit)!.Active, cluster.Status(Unit)!.ExitCode));
        Assert.Equal(containers, cluster["sim-1"].Docker.Containers.Select(container => container.Id));
    }

    [Fact]
    public void A_unit_whose_end_nobody_saw_is_started_again_where_restart_says_so()
    {
        var cluster = Running("Restart=on-failure\nExecStart=/usr/bin/docker run --name app image");
        cluster["sim-1"].KillAgent();
        cluster["sim-1"].EndContainer(Unit, 3);
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        cluster["sim-1"].StartAgent();

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" } && cluster.Container(Unit) is not null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_unit_advertised_that_has_ended_meanwhile_is_withdrawn(bool leaves)
    {
        var cluster = Rehearsal.OfWebsite();
        const string unit = "once.service";
        cluster.Do(new ImportUnits([new UnitSource("once.service", "[Service]\nRestart=no\nExecStart=/usr/bin/docker run --name once -p 81:80 image\n[X-HaWeb]\nService=once\n")]));
        cluster.Do(new StartUnits([unit]));
        cluster.Settle(() => cluster.State.Backends["once"].Count == 1);
        var machine = cluster[cluster.MachineOf(unit)!];
        machine.KillAgent();
        machine.EndContainer(unit, 0);
        if (leaves)
        {
            cluster.Do(new StopUnits([unit], Unload: true, Force: true));
        }

        cluster.World.RunFor(TimeSpan.FromSeconds(1));
        machine.StartAgent();

        cluster.Settle(() => cluster.State.Backends["once"].Count == 0);
        Assert.True(cluster.State.Sessions.Contains(machine.Id));
    }

    [Fact]
    public void A_machine_that_was_switched_off_runs_its_units_again()
    {
        var cluster = Running("Restart=no\nExecStart=/usr/bin/docker run --name app image");
        cluster["sim-1"].PowerLoss();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        cluster["sim-1"].PowerOn();

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" } && cluster.Container(Unit) is not null);
    }

    [Fact]
    public void A_restart_that_was_asked_for_while_nothing_was_said_of_the_unit_is_done()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image");
        var before = cluster.Container(Unit)!.Id;
        cluster["sim-1"].KillAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        cluster.Do(new RestartUnits([Unit], Force: true));

        cluster["sim-1"].StartAgent();

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Restart: 1 } && cluster.Container(Unit) is { } now && now.Id != before);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    public void A_unit_that_has_failed_and_got_another_file_meanwhile_is_tried_with_it(int seconds)
    {
        var cluster = Running("Restart=no\nExecStart=/usr/bin/docker run --name app image");
        cluster["sim-1"].EndContainer(Unit, 3);
        cluster.Settle(() => cluster.Status(Unit)?.Active == "failed");
        cluster["sim-1"].KillAgent();
        const string Text = "[Service]\nRestart=no\nExecStart=/usr/bin/docker run --name app image:2";
        var hash = UnitFile.Parse(Text, out _).Hash;
        var (keys, state) = (cluster.World.Keys, cluster.State);
        cluster.World.Commit(new StoreTransaction([], [
            new StoreWrite.Put(keys.File(hash), Text),
            new StoreWrite.Put(keys.Unit(Unit), RecordCodec.Write(state.Units[Unit]!.Value with { Hash = hash })),
            new StoreWrite.Put(keys.Placement("sim-1", Unit), RecordCodec.Write(state.Placements["sim-1", Unit]!.Value with { Hash = hash }))]));
        cluster.World.RunFor(TimeSpan.FromSeconds(seconds));

        cluster["sim-1"].StartAgent();

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" } && cluster.Container(Unit)!.Spec.Image == "image:2");
    }

    [Fact]
    public void After_a_gap_it_writes_nothing_before_it_has_read_its_work_list()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf("nginx@1.service")!];
        var prefix = cluster.World.Keys.PlacementsOf(machine.Id);
        machine.Cut(off: true);
        machine.FailProbes("nginx@1.service", fail: true);
        cluster.Do(new StopUnits(["nginx@1.service"]));
        cluster.World.RunFor(TimeSpan.FromSeconds(6));
        var happened = new List<string>();
        cluster.World.Observer = new Interference((at, effect) =>
        {
            if (at == machine && effect is Effect.Commit commit && commit.Transaction.Writes.Any(write => write.Key.Contains("nginx@1", StringComparison.Ordinal)))
            {
                happened.Add("writes");
            }

            return null;
        })
        {
            Seen = (at, by, told) =>
            {
                if (at == machine && by is MachineSupervisor && told is Event.Followed { Update: StoreUpdate.Changed } followed && followed.Prefix == prefix)
                {
                    happened.Add("reads");
                }
            },
        };

        machine.Cut(off: false);

        cluster.Settle(() => happened.Contains("writes"));
        Assert.Equal("reads", happened[0]);
    }

    [Fact]
    public void A_balancer_that_cannot_learn_of_its_services_yet_does_not_run_out_of_time()
    {
        var cluster = new Rehearsal(1);
        cluster.World.Observer = new Interference((_, effect) =>
            effect is Effect.Commit { Transaction.Writes: [StoreWrite.Put { Key: var key }] } && key.StartsWith(cluster.World.Keys.Balancers, StringComparison.Ordinal) && cluster.World.Now < WhenTheStoreAnswers
                ? new Disturbance { LosesAnswer = true, RequestDelay = TimeSpan.FromHours(1) }
                : null);
        cluster.Do(new ImportUnits([new UnitSource("lb.service", Rehearsal.Balancer.Replace("Restart=always", "Restart=no\nTimeoutStartSec=5s", StringComparison.Ordinal))]));
        cluster.Do(new StartUnits(["lb.service"]));

        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        Assert.Equal("activating", cluster.Status("lb.service")!.Active);

        cluster.Settle(() => cluster.Status("lb.service") is { Active: "active" });
    }

    private static DateTimeOffset WhenTheStoreAnswers => new(2026, 1, 1, 0, 0, 50, TimeSpan.Zero);

    private static Rehearsal Running(string service)
    {
        var cluster = new Rehearsal(1);
        cluster.Do(new ImportUnits([new UnitSource(Unit, "[Service]\n" + service)]));
        cluster.Do(new StartUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        return cluster;
    }
}
