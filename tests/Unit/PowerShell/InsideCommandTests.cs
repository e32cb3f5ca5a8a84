using HaWeb.Core.Cluster;
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
