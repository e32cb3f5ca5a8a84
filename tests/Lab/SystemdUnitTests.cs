using System.Globalization;
using System.Text.Json;
using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>Timers, dependencies and reloads of real processes and containers, with the unit files of <c>Units/Timers</c>, <c>Units/Dependencies</c> and <c>Units/Reload</c>.</summary>
[Collection(TwoMachines.Name)]
public sealed class SystemdUnitTests(TwoMachines two)
{
    private const string Order = "/home/core/order";

    [Fact]
    public async Task Timers_run_their_services_on_the_machine_that_they_share()
    {
        await two.BeginAsync("Timers", "Start-HaUnit tick.timer, five.timer");
        foreach (var name in (string[])["tick", "five"])
        {
            Assert.Equal(two.MachineOf($"{name}.timer"), two.MachineOf($"{name}.service"));
            await TwoMachines.LinesAsync(two.MachineOf($"{name}.service"), $"/home/core/{name}", lines => lines.Length >= 2);
        }

        var seen = await two.OperateAsync(
            "Wait-HaUnit five.timer -For Elapsed -TimeoutSec 30; Wait-HaUnit five.service -For Finished -TimeoutSec 30;"
            + " Watch-HaUnit five.timer | Where-Object { $_.Sub -eq 'waiting' -and $_.Last -and $_.Next } | Select-Object -First 1 | ForEach-Object { '{0:o}' -f $_.Last; '{0:o}' -f $_.Next };"
            + " Watch-HaUnit five.service | Where-Object { $_.Sub -eq 'dead' -and $_.Last } | Select-Object -First 1 | ForEach-Object { \"$($_.Active) ($($_.Sub)), $($_.ExitCode)\" }");
        var (last, next) = (Time(seen[0]), Time(seen[1]));
        Assert.Equal(0, next.UtcTicks % (5 * TimeSpan.TicksPerSecond));
        Assert.InRange(next - last, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5));
        Assert.Equal("inactive (dead), 0", seen[2]);
    }

    [Fact]
    public async Task An_agent_that_is_killed_runs_no_service_twice_and_forgets_no_timer()
    {
        await two.BeginAsync("Timers", "Start-HaUnit once.timer, five.timer");
        var machine = two.MachineOf("once.service");
        Assert.Equal(machine, two.MachineOf("five.service"));
        var five = await StatusAsync(machine, "five.timer", status => Moment(status, "next") is not null);
        var before = await StatusAsync(machine, "once.timer", status => Moment(status, "last") is not null);
        await TwoMachines.LinesAsync(machine, "/home/core/once", lines => lines.Length == 1);

        // Without any agent there is no engine that would give the units to another machine, however long it takes.
        await Task.WhenAll(two.Lab.Machines.Select(one => one.KillAgentAsync()));
        var runs = (await TwoMachines.LinesAsync(machine, "/home/core/five", _ => true)).Length;

        // The one run ends while nobody looks, and the other timer's time goes by.
        await machine.ShellAsync("touch /home/core/go");
        await TwoMachines.LinesAsync(machine, "/home/core/once", lines => lines.Length == 2);
        var missed = Moment(five, "next")!.Value;
        await Wait.UntilAsync(() => DateTimeOffset.UtcNow > missed, LabFixture.Soon, $"{missed:T}", TestContext.Current.CancellationToken);
        await Task.WhenAll(two.Lab.Machines.Select(two.StartAgentAsync));

        var ended = await StatusAsync(machine, "once.service", status => status.GetProperty("sub").GetString() == "dead");
        Assert.Equal("inactive", ended.GetProperty("active").GetString());
        Assert.Equal(0, ended.GetProperty("exitCode").GetInt64());
        var times = await TwoMachines.LinesAsync(machine, "/home/core/five", lines => lines.Length >= runs + 2);

        // A run for each time at most: the first that was missed is made up for, late.
        var slots = times.Select(time => long.Parse(time, CultureInfo.InvariantCulture) / 5).Append(missed.ToUnixTimeSeconds() / 5).ToList();
        Assert.InRange(times.Length, runs + 2, slots.Max() - slots.Min() + 1);

        // That timer has elapsed twice since, and this one has not.
        var after = LabFixture.Read(two.Store.Keys, LabFixture.StatusKey(machine, "once.timer"));
        var last = Moment(after, "last")!.Value;
        Assert.Equal(Moment(before, "last"), last);
        Assert.InRange(Moment(after, "next")!.Value - last, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + TimeSpan.FromSeconds(10));
        Assert.Equal(["begins", "ends"], await TwoMachines.LinesAsync(machine, "/home/core/once", _ => true));
    }

    [Fact]
    public async Task Units_start_stop_and_come_back_as_they_depend_on_each_other()
    {
        await two.BeginAsync("Dependencies", "Start-HaUnit db; Stop-HaUnit db");
        var machine = two.MachineOf("db.service");
        await machine.RunAsync("rm", Order);

        await two.OperateAsync("Start-HaUnit app, side, part");
        Assert.Equal(["db starts", "db is up", "app starts", "app is up", "side starts"], await TakeOrderAsync(machine));
        var first = await RunsAsync(machine);

        await two.OperateAsync("Restart-HaUnit app; Wait-HaUnit side, part");
        Assert.Equal(["side has ended", "app has ended", "app starts", "app is up", "side starts"], await TakeOrderAsync(machine));
        var second = await RunsAsync(machine);
        Assert.Equal(first.Db, second.Db);
        Assert.NotEqual(first.App, second.App);
        Assert.NotEqual(first.Side, second.Side);
        Assert.NotEqual(first.Part, second.Part);

        await machine.DockerAsync("kill", "app");
        await StatusAsync(machine, "app.service", status => status.GetProperty("active").GetString() == "failed");
        var bound = await StatusAsync(machine, "side.service", status => status.GetProperty("active").GetString() == "inactive");
        Assert.Contains("app.service", bound.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(second with { App = "", Side = "" }, await RunsAsync(machine));
        await machine.RunAsync("rm", Order);

        await two.OperateAsync("Start-HaUnit app; Wait-HaUnit side");
        Assert.Equal(["app starts", "app is up", "side starts"], await TakeOrderAsync(machine));

        // It runs for the app's sake until an operator asks for it himself.
        await two.OperateAsync("Start-HaUnit db; Restart-HaUnit db; Wait-HaUnit app, side");
        Assert.Equal(
            ["side has ended", "app has ended", "db has ended", "db starts", "db is up", "app starts", "app is up", "side starts"],
            await TakeOrderAsync(machine));
    }

    [Fact]
    public async Task A_reload_fails_no_request_and_leaves_containers_and_processes_as_they_are()
    {
        await two.BeginAsync("Reload", "Start-HaUnit signalled, asked, worker");
        await using var signalled = StartTraffic("signalled.service", 8081);
        await using var asked = StartTraffic("asked.service", 8082);
        var before = (await ContainerAsync("signalled"), await ContainerAsync("asked"));
        var started = await UntilLoggedAsync(lines => lines.Length == 1);
        await Task.WhenAll(ConfigureAsync("signalled", "return 200 changed;"), ConfigureAsync("asked", "return 200 changed;"));

        await two.OperateAsync("Restart-HaUnit signalled, asked, worker -Reload");

        await signalled.NextAsync(outcome => outcome.Body == "changed", LabFixture.Soon);
        await asked.NextAsync(outcome => outcome.Body == "changed", LabFixture.Soon);
        var pid = started[0].Split(' ')[^1];
        Assert.Equal([$"started as {pid}", $"signal 1 of {pid}"], await UntilLoggedAsync(lines => lines.Length == 2));

        // nginx's own test refuses the config, so the command fails, and the workers stay.
        await ConfigureAsync("asked", "nonsense;");
        var said = string.Join('\n', await two.OperateAsync(
            "try { Restart-HaUnit asked -Reload } catch { $_.Exception.Message }; Get-HaUnit asked | ForEach-Object { \"$($_.Active): $($_.Reason)\" }"));
        Assert.Matches(@"(?s)^asked\.service: .*ExecReload.*\nactive: .*ExecReload", said);
        await asked.NextAsync(outcome => outcome.Body == "changed", LabFixture.Soon);

        Assert.Equal(before, (await ContainerAsync("signalled"), await ContainerAsync("asked")));
        foreach (var outcomes in (IReadOnlyList<RequestOutcome>[])[await signalled.StopAsync(), await asked.StopAsync()])
        {
            Assert.NotEmpty(outcomes);
            Assert.Empty(outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.ToLine()));
        }
    }

    /// <summary>What runs of the units: a container's id, and numbers of processes; empty for nothing.</summary>
    private sealed record Runs(string Db, string App, string Side, string Part);

    private static async Task<Runs> RunsAsync(Machine machine)
    {
        var found = await machine.ShellAsync(
            "for one in 40001 40002 40003; do pgrep -fx \"/bin/sleep $one\" || echo; done; docker ps --quiet --no-trunc --filter name=^app$");
        var lines = found.Split('\n');
        return new Runs(lines[0], lines[3], lines[1], lines[2]);
    }

    /// <summary>What the units have noted, which is forgotten.</summary>
    private static async Task<string[]> TakeOrderAsync(Machine machine)
    {
        var lines = await machine.ShellAsync($"cat {Order} && rm {Order}");
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<JsonElement> StatusAsync(Machine machine, string unit, Func<JsonElement, bool> wish)
    {
        var key = LabFixture.StatusKey(machine, unit);
        var keys = await two.Store.WaitAsync(keys => keys.ContainsKey(key) && wish(LabFixture.Read(keys, key)), LabFixture.Soon);
        return LabFixture.Read(keys, key);
    }

    private static DateTimeOffset? Moment(JsonElement status, string field) =>
        status.TryGetProperty(field, out var moment) && moment.ValueKind != JsonValueKind.Null ? moment.GetDateTimeOffset() : null;

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private async Task<ContainerFacts> ContainerAsync(string name) => await Website.ContainerOfAsync(name, two.MachineOf($"{name}.service"));

    private async Task<string[]> UntilLoggedAsync(Func<string[], bool> wish)
    {
        string[] lines = [];
        await Wait.UntilAsync(
            async () => wish(lines = (await two.ProcessLogAsync("worker.service")).Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            LabFixture.Soon,
            "the worker to say more",
            TestContext.Current.CancellationToken);
        return lines;
    }

    private async Task ConfigureAsync(string name, string line) => await two.MachineOf($"{name}.service").DockerAsync(
        "exec", name, "sh", "-c", $"echo 'server {{ listen 80; {line} }}' > /etc/nginx/conf.d/default.conf");

    private Traffic StartTraffic(string unit, int port) => two.Lab.Client.StartTraffic(new RequestPlan(
        new Uri($"http://{two.MachineOf(unit).Plan.Address}:{port}/"), 10_000, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10)));
}
