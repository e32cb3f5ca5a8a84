using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>Units of Type=notify: they have started once their process says so.</summary>
public sealed class NotifyTests
{
    private const string Unit = "app.service";

    [Fact]
    public void A_unit_is_active_when_its_process_is_ready()
    {
        var cluster = Started("ExecStart=/usr/bin/app\nExecStartPost=/bin/after");

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });

        Assert.Equal(["/usr/bin/app: started", "/bin/after: started"], Log(cluster).Where(line => line.EndsWith(": started", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_that_never_says_so_has_failed_after_TimeoutStartSec_and_is_ended()
    {
        var cluster = Started("ExecStart=/usr/bin/hangs\nExecStartPost=/bin/after\nTimeoutStartSec=5s");
        cluster.World.RunFor(TimeSpan.FromSeconds(4));
        Assert.Equal(("activating", "start"), (cluster.Status(Unit)!.Active, cluster.Status(Unit)!.Sub));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed", Reason: "it did not start within 5 s" });

        Assert.Null(cluster["sim-1"].Processes.RunningOf(Unit));
        Assert.DoesNotContain("/bin/after: started", Log(cluster));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void One_that_ends_before_it_says_so_has_failed(int exitCode)
    {
        var cluster = Started("ExecStart=/usr/bin/hangs");
        cluster.Settle(() => cluster["sim-1"].Processes.RunningOf(Unit) is not null);

        cluster["sim-1"].EndContainer(Unit, exitCode);

        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });
        Assert.Equal($"ExecStart=/usr/bin/hangs: it ended with exit code {exitCode} before it said that it is ready (READY=1)", cluster.Status(Unit)!.Reason);
    }

    [Fact]
    public void A_stop_does_not_wait_for_it()
    {
        var cluster = Started("ExecStart=/usr/bin/hangs");
        cluster.Settle(() => cluster["sim-1"].Processes.RunningOf(Unit) is not null);

        cluster.Do(new StopUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive", Sub: "dead" }, seconds: 5);
        Assert.Null(cluster["sim-1"].Processes.RunningOf(Unit));
    }

    [Fact]
    public void An_agent_that_takes_it_over_while_it_starts_takes_it_for_started_and_starts_it_no_second_time()
    {
        var cluster = Started("ExecStart=/usr/bin/hangs\nExecStartPost=/bin/after");
        cluster.Settle(() => cluster["sim-1"].Processes.RunningOf(Unit) is not null);

        cluster["sim-1"].KillAgent();
        cluster["sim-1"].StartAgent();

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" } && Log(cluster).Contains("/bin/after: started"));
        Assert.Single(Log(cluster), line => line == "/usr/bin/hangs: started");
    }

    [Theory]
    [InlineData("Type=notify\nExecStart=/usr/bin/docker run --name app image")]
    [InlineData("Type=dbus\nExecStart=/usr/bin/app")]
    public void What_cannot_say_so_is_refused(string service)
    {
        var cluster = new Rehearsal(1, allowProcess: true);

        Assert.NotEmpty(cluster.Do(new ImportUnits([new UnitSource(Unit, $"[Service]\n{service}\n")])).Refusals);
    }

    private static List<string> Log(Rehearsal cluster) => [.. cluster["sim-1"].Processes.LogOf(Unit).Select(line => line.Text)];

    private static Rehearsal Started(string service)
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster["sim-1"].Processes.HangingCommands.Add("/usr/bin/hangs");
        cluster.Do(new ImportUnits([new UnitSource(Unit, $"[Service]\nType=notify\n{service}\n")]));
        cluster.Do(new StartUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is not null);
        return cluster;
    }
}
