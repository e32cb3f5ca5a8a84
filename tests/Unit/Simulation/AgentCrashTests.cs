using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>An agent that dies between any two of its effects, whatever its unit is in the middle of.</summary>
public sealed class AgentCrashTests
{
    private const string Unit = "app.service";

    private const string Around = """
        Restart=on-failure
        RestartSec=1s
        ExecCondition=/bin/condition
        ExecStartPre=/bin/one
        ExecStartPre=/bin/two
        ExecStartPost=/bin/three
        ExecStop=/bin/four
        ExecStopPost=/bin/five

        """;

    [Theory]
    [InlineData("ExecStart=/usr/bin/app")]
    [InlineData("ExecStart=/usr/bin/docker run --name app image")]
    public void The_next_agent_goes_on_with_the_start_the_restart_and_the_stop(string main)
    {
        var crash = 0;
        bool crashed;
        do
        {
            var run = new Course(++crash, Around + main);

            run.Do(cluster => cluster.Do(new StartUnits([Unit])), cluster => cluster.Status(Unit) is { Active: "active" } && Mains(cluster) == 1);
            run.Expect("/bin/condition", "/bin/one", "/bin/two", "/bin/three");
            Assert.True(run.MainStarts == 1, $"Crash {crash}: started {run.MainStarts} times.");

            run.Do(cluster => cluster["sim-1"].EndContainer(Unit, 1), cluster => run.MainStarts == 2 && cluster.Status(Unit) is { Active: "active" });
            run.Expect("/bin/five", "/bin/condition", "/bin/one", "/bin/two", "/bin/three");
            Assert.True(run.MainStarts == 2 && Mains(run.Cluster) == 1, $"Crash {crash}: started {run.MainStarts} times.");

            run.Do(cluster => cluster.Do(new StopUnits([Unit])), cluster => cluster.Status(Unit) is { Active: "inactive", Sub: "dead" });
            run.Expect("/bin/four", "/bin/five");
            Assert.Equal(0, Mains(run.Cluster));
            Assert.DoesNotContain(run.Cluster["sim-1"].Processes.Runs, process => process.ExitCode is null);
            crashed = run.HasCrashed;
        }
        while (crashed);

        Assert.True(crash > 100, $"Only {crash} effects were seen.");
    }

    [Fact]
    public void A_one_shot_runs_every_command_and_none_that_ended_well_before_the_one_it_was_at()
    {
        var crash = 0;
        bool crashed;
        do
        {
            var run = new Course(++crash, "Type=oneshot\nExecStart=/bin/one\nExecStart=/bin/two\nExecStart=/bin/three\nExecStopPost=/bin/four");

            run.Do(cluster => cluster.Do(new StartUnits([Unit])), cluster => cluster.Status(Unit) is { Active: "inactive", ExitCode: 0 });

            run.Expect("/bin/one", "/bin/two", "/bin/three", "/bin/four");
            Assert.True(run.Started.Count(program => program is "/bin/one" or "/bin/two" or "/bin/three") <= 4, $"Crash {crash}: {string.Join(' ', run.Started)}");
            crashed = run.HasCrashed;
        }
        while (crashed);
    }

    private static int Mains(Rehearsal cluster) =>
        (cluster["sim-1"].Processes.RunningOf(Unit) is null ? 0 : 1) + cluster["sim-1"].Docker.Containers.Count(container => container.Running);

    /// <summary>A unit's life in which the agent dies once, before the effect with this number, and another one is started a moment later.</summary>
    private sealed class Course
    {
        private readonly int _crash;
        private int _effects;
        private int _seen;
        private readonly HashSet<string> _containers = new(StringComparer.Ordinal);

        public Course(int crash, string service)
        {
            _crash = crash;
            Cluster = new Rehearsal(1, allowProcess: true);
            Cluster.Do(new ImportUnits([new UnitSource(Unit, "[Service]\n" + service)]));
            Cluster.World.Observer = new Interference((_, _) =>
            {
                Look();
                return ++_effects == _crash ? new Disturbance { Crashes = true } : null;
            });
        }

        public Rehearsal Cluster { get; }

        public bool HasCrashed => _effects >= _crash;

        /// <summary>The programs that were started, in order.</summary>
        public IReadOnlyList<string> Started =>
            [.. Cluster["sim-1"].Processes.LogOf(Unit).Where(line => line.Text.EndsWith(": started", StringComparison.Ordinal)).Select(line => line.Text.Split(':')[0])];

        public int MainStarts => Started.Count(program => program == "/usr/bin/app") + _containers.Count;

        public void Do(Action<Rehearsal> action, Func<Rehearsal, bool> isDone)
        {
            action(Cluster);
            Cluster.Settle(() => !Cluster["sim-1"].AgentRuns || isDone(Cluster));
            if (!Cluster["sim-1"].AgentRuns)
            {
                Cluster.World.RunFor(TimeSpan.FromMilliseconds(300));
                Cluster["sim-1"].StartAgent();
            }

            Cluster.Settle(() => isDone(Cluster));
            Cluster.World.RunFor(TimeSpan.FromSeconds(2));
            Look();
            Assert.True(isDone(Cluster), $"Crash {_crash}: it did not stay so.");
        }

        private void Look() => _containers.UnionWith(Cluster["sim-1"].Docker.Containers.Where(container => container.Running).Select(container => container.Id));

        /// <summary>These commands were started since the last look, in this order, some of them perhaps twice.</summary>
        public void Expect(params string[] programs)
        {
            var started = Started.Skip(_seen).Where(program => program != "/usr/bin/app").ToList();
            var next = 0;
            foreach (var program in started)
            {
                next += next < programs.Length && program == programs[next] ? 1 : 0;
            }

            Assert.True(next == programs.Length && started.TrueForAll(programs.Contains), $"Crash {_crash}: expected {string.Join(' ', programs)}, started {string.Join(' ', started)}");
            _seen = Started.Count;
        }
    }
}
