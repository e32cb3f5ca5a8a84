using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Storage;
using HaWeb.PowerShell.Output;
using HaWeb.Tests.Unit.Docker;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>Looking into units that run in a real Docker Engine.</summary>
[Collection("Docker")]
public sealed class InsideCommandTests(DockerFixture docker) : IDisposable
{
    private const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.05; done";

    private readonly TestCluster _test = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_command_gives_its_lines_with_unit_machine_and_stream()
    {
        await RunAsync("web@1.service", "m1");

        var lines = _test.Run("Invoke-HaUnit web@1 -Command sh, -c, 'echo one; echo two >&2; echo $A' -Environment @{ A = 'three' }").All<HaUnitOutput>();

        Assert.Equal(["one", "three"], lines.Where(line => line.Stream == "Output").Select(line => line.Text));
        Assert.Equal(["two"], lines.Where(line => line.Stream == "Error").Select(line => line.ToString()));
        Assert.All(lines, line => Assert.Equal(("web@1.service", "m1"), (line.Unit, line.Machine)));
    }

    [Theory]
    [InlineData("[ordered]@{ A = 'three' }")]
    [InlineData("$($d = [Collections.Generic.Dictionary[string,string]]::new(); $d['A'] = 'three'; , $d)")]
    public async Task Variables_may_stand_in_any_dictionary(string dictionary)
    {
        await RunAsync("web@1.service", "m1");

        Assert.Equal("three", _test.Run($"$v = {dictionary}; Invoke-HaUnit web@1 -Command sh, -c, 'echo $A' -Environment $v").Single<HaUnitOutput>().Text);
    }

    [Fact]
    public async Task The_exit_code_is_an_error_or_with_PassThru_a_number()
    {
        await RunAsync("web@1.service", "m1");

        var error = _test.Run("Invoke-HaUnit web@1 -Command sh, -c, 'exit 7'").Error;
        var result = _test.Run("Invoke-HaUnit web@1 -Command sh, -c, 'echo why; exit 7' -PassThru").Single<HaUnitResult>();

        Assert.Equal(("CommandFailed", "web@1.service"), (ShellResult.IdOf(error), error.TargetObject));
        Assert.Contains("exit code 7", error.ToString());
        Assert.Equal((7, "why"), (result.ExitCode, Assert.Single(result.Output).Text));
    }

    [Theory]
    [InlineData("'one', 'two' | Invoke-HaUnit web@1 -Command cat", "one|two")]
    [InlineData("'one', '', 'two' | Invoke-HaUnit -Name web@1 -Command cat", "one||two")]
    [InlineData("[byte[]](111, 107) | Invoke-HaUnit web@1 -Command cat", "ok")]
    [InlineData(", [byte[]](111, 107, 10, 33) | Invoke-HaUnit web@1 -Command cat", "ok|!")]
    [InlineData("1, 2 | Invoke-HaUnit web@1 -Command cat", "1|2")]
    [InlineData("Invoke-HaUnit web@1 -Command echo, alone", "alone")]
    [InlineData("'web@1' | Invoke-HaUnit -Command echo, piped", "piped")]
    [InlineData("Get-HaUnit web@1 | Invoke-HaUnit -Command echo, unit", "unit")]
    public async Task What_is_piped_is_the_commands_input_or_the_unit(string script, string expected)
    {
        await RunAsync("web@1.service", "m1");

        Assert.Equal(expected.Split('|'), _test.Run(script).All<HaUnitOutput>().Select(line => line.Text));
    }

    [Fact]
    public async Task A_large_input_reaches_the_command_whole()
    {
        await RunAsync("web@1.service", "m1");

        var lines = _test.Run("$args[0] | Invoke-HaUnit web@1 -Command busybox, wc, -c", new string('x', 3_000_000)).All<HaUnitOutput>();

        Assert.Equal("3000001", Assert.Single(lines).Text);
    }

    [Fact]
    public async Task Global_units_fan_out_over_their_machines_and_Machine_narrows()
    {
        await RunAsync("all.service", "m1");
        await RunAsync("all.service", "m2");

        var everywhere = _test.Run("Invoke-HaUnit all -Command pwd -ThrottleLimit 2").All<HaUnitOutput>();
        var there = _test.Run("Invoke-HaUnit all -Command pwd -Machine m2").Single<HaUnitOutput>();
        var piped = _test.Run("Get-HaUnit all | Where-Object Machine -eq m1 | Invoke-HaUnit -Command pwd").Single<HaUnitOutput>();

        Assert.Equal(["m1", "m2"], everywhere.Select(line => line.Machine).Order());
        Assert.Equal(("m2", "m1"), (there.Machine, piped.Machine));
        await RunAsync("one.service", "m1");
        Assert.Equal(["UnitHasNoContainer"], _test.Run("Invoke-HaUnit one -Command pwd -Machine m2").ErrorIds);
    }

    [Fact]
    public void No_unit_at_all_is_an_error() => Assert.Equal(["UnitNotNamed"], _test.Run("Invoke-HaUnit -Command pwd").ErrorIds);

    [Fact]
    public async Task Logs_of_several_units_come_in_the_order_of_time_with_their_streams()
    {
        await RunAsync("web@1.service", "m1", "echo first; sleep 0.3; echo third >&2; " + Forever);
        await RunAsync("web@2.service", "m2", "sleep 0.15; echo second; sleep 0.3; echo fourth; " + Forever);

        var followed = _test.Run("Get-HaUnitLog 'web@*' -Follow | Select-TestFirst 4").All<HaLogLine>();
        var lines = _test.Run("Get-HaUnitLog 'web@*'").All<HaLogLine>();
        var one = _test.Run("Get-HaUnitLog 'web@*' -Machine m2 -Tail 1").Single<HaLogLine>();

        Assert.Equal(4, lines.Count);
        Assert.Equal(lines.OrderBy(line => line.Time).Select(line => line.Text), lines.Select(line => line.Text));
        Assert.Equal(("web@1.service", "m1", "Error"), Assert.Single(lines, line => line.Text == "third") is var third ? (third.Unit, third.Machine, third.Stream) : default);
        Assert.Equal(["first", "fourth", "second", "third"], followed.Select(line => line.Text).Order());
        Assert.Equal("fourth", one.Text);
    }

    [Fact]
    public async Task A_piped_global_unit_stands_for_its_machine_and_another_one_for_wherever_it_is()
    {
        await RunAsync("all.service", "m1", "echo one; " + Forever);
        await RunAsync("all.service", "m2", "echo two; " + Forever);
        await RunAsync("web@1.service", "m1", "echo web; " + Forever);
        _test.Put(new StoreWrite.Put(_test.Read().Keys.Placed("web@1.service"), RecordCodec.Write(new PlacedRecord { Machine = "m1" })));
        Assert.Equal(3, _test.Run("Get-HaUnitLog all, web@1 -Follow | Select-TestFirst 3").All<HaLogLine>().Count);

        Assert.Equal(["one"], Texts("Get-HaUnit all | Where-Object Machine -eq m1 | Get-HaUnitLog"));
        Assert.Equal(["two"], Texts("Get-HaUnit all | Where-Object Machine -eq m2 | Get-HaUnitLog -Follow | Select-TestFirst 1"));
        Assert.Equal(["one", "two"], Texts("Get-HaUnit all | Get-HaUnitLog"));
        Assert.Equal(["one", "two"], Texts("(Get-HaUnit all) + 'all' | Get-HaUnitLog"));
        Assert.Equal(["two"], Texts("Get-HaUnit all | Get-HaUnitLog -Machine m2"));
        Assert.Equal(["web"], Texts("[pscustomobject]@{ Name = 'web@1'; Machine = 'm2' } | Get-HaUnitLog"));
        Assert.Equal(["web"], Texts("[pscustomobject]@{ Name = 'web@1'; Machine = 'm2' } | Get-HaUnitLog -Follow | Select-TestFirst 1"));

        IEnumerable<string> Texts(string script) => _test.Run(script).All<HaLogLine>().Select(line => line.Text).Order();
    }

    [Fact]
    public async Task A_run_that_comes_while_following_is_shown_from_its_first_line()
    {
        await RunAsync("web@1.service", "m1", "echo ready; " + Forever);
        await RunAsync("web@2.service", "m2", "echo one; echo two; " + Forever);
        Assert.Equal(2, _test.Run("Get-HaUnitLog web@2 -Follow | Select-TestFirst 2").All<HaLogLine>().Count);
        var key = _test.Read().Keys.Status("m2", "web@2.service");
        var status = _test.Read().Status["m2", "web@2.service"]!;
        _test.Put(new StoreWrite.Delete(key));

        var take = (string line) =>
        {
            if (line == "ready")
            {
                Thread.Sleep(500);
                _test.Put(new StoreWrite.Put(key, RecordCodec.Write(status.Value), status.Lease));
            }
        };
        var lines = await FollowAsync("$take = $args[0]; Get-HaUnitLog 'web@*' -Tail 1 -Follow | ForEach-Object { $take.Invoke($_.Text); $_ } | Select-TestFirst 3", take);

        Assert.Equal(["ready", "one", "two"], lines.All<HaLogLine>().Select(line => line.Text));
    }

    [Fact]
    public async Task A_container_that_starts_again_is_followed_on()
    {
        await RunAsync("web@1.service", "m1", "echo started; " + Forever);
        var container = _test.Read().Status["m1", "web@1.service"]!.Value.Container!;

        var take = () => Restart(container);
        var result = await FollowAsync("$take = $args[0]; Get-HaUnitLog web@1 -Follow | ForEach-Object { $take.Invoke(); $_ } | Select-TestFirst 2", take);

        var lines = result.All<HaLogLine>();
        Assert.Equal(["started", "started"], lines.Select(line => line.Text));
        Assert.True(lines[0].Time < lines[1].Time);
    }

    [Fact]
    public async Task An_engine_that_cannot_be_reached_is_told_of_once_and_followed_when_it_can()
    {
        await RunAsync("web@1.service", "m1", "echo here; " + Forever);
        var key = _test.Read().Keys.Machine("m1");
        _test.Put(new StoreWrite.Put(key, RecordCodec.Write(Machine("m1") with { Docker = $"tcp://127.0.0.1:{LocalPort.Free()}" })));

        // It is back after the second attempt.
        var take = () =>
        {
            _ = Task.Run(
                async () =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(7), Token);
                    _test.Put(new StoreWrite.Put(key, RecordCodec.Write(Machine("m1"))));
                },
                Token);
        };
        var result = await FollowAsync(
            "$take = $args[0]; Get-HaUnitLog web@1 -Follow 2>&1 | ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord]) { $take.Invoke() }; $_ } | Select-TestFirst 2", take);

        Assert.Equal("DockerUnavailable", ShellResult.IdOf(Assert.IsType<ErrorRecord>(result.Output[0])));
        Assert.Equal("here", Assert.IsType<HaLogLine>(result.Output[1]).Text);
    }

    [Theory]
    [InlineData("Get-HaUnitLog web@1")]
    [InlineData("Invoke-HaUnit web@1 -Command pwd")]
    [InlineData("Enter-HaUnit web@1")]
    public async Task An_engine_that_only_its_own_machine_reaches_is_said_to_be_one(string script)
    {
        await RunAsync("web@1.service", "far");
        _test.Put(new StoreWrite.Put(_test.Read().Keys.Machine("far"), RecordCodec.Write(Machine("far") with { Docker = "unix:///run/no/such/docker.sock" })));

        var error = _test.Run(script).Error;

        // Where tests run there is no terminal, which Enter-HaUnit says first.
        Assert.Equal(script.StartsWith("Enter", StringComparison.Ordinal) ? "NoTerminal" : "DockerOfOtherMachine", ShellResult.IdOf(error));
        Assert.Contains(script.StartsWith("Enter", StringComparison.Ordinal) ? "Invoke-HaUnit" : "-DockerEndpoint", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public async Task A_terminal_is_in_one_unit()
    {
        await RunAsync("all.service", "m1");
        await RunAsync("all.service", "m2");

        Assert.Equal(["SeveralUnits"], _test.Run("Enter-HaUnit all").ErrorIds);
        Assert.Equal(["NoTerminal"], _test.Run("Enter-HaUnit all -Machine m1").ErrorIds);
    }

    private void Restart(string container) => docker.AskAsync(new DockerRequest.Restart(container, TimeSpan.Zero)).GetAwaiter().GetResult();

    private Task<ShellResult> FollowAsync(string script, Delegate take) => Task.Run(() => _test.Run(script, take), Token).WaitAsync(TimeSpan.FromSeconds(60), Token);

    private MachineRecord Machine(string id) => new() { Id = id, Name = id, Address = "10.0.0.1", Docker = docker.Endpoint.ToString() };

    /// <summary>Runs a unit on a machine, as its agent would have it.</summary>
    private async Task RunAsync(string unit, string machine, string script = Forever)
    {
        var keys = _test.Read().Keys;
        var container = await docker.RunAsync(docker.NewName(), script);
        var lease = _test.GrantLease();
        var unitRecord = new UnitRecord { Hash = "0", Desired = DesiredState.Launched };
        var placed = _test.Put(
            new StoreWrite.Put(keys.Machine(machine), RecordCodec.Write(Machine(machine))),
            new StoreWrite.Put(keys.Alive(machine), RecordCodec.Write(new SessionRecord { BootId = "boot", Lease = lease }), lease),
            new StoreWrite.Put(keys.Unit(unit), RecordCodec.Write(unitRecord)),
            new StoreWrite.Put(keys.Placement(machine, unit), RecordCodec.Write(new PlacementRecord { Hash = "0", Desired = DesiredState.Launched, State = PlacementState.Run })));
        _test.Put(new StoreWrite.Put(
            keys.Status(machine, unit), RecordCodec.Write(new StatusRecord { Active = "active", Sub = "running", Hash = "0", Generation = placed, Container = container }), lease));
    }
}
