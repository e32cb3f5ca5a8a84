using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.PowerShell.Output;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Processes;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>The logs of units that run as processes of this machine.</summary>
public sealed class ProcessLogCommandTests : IDisposable
{
    private const string Unit = "app.service";
    private const string Machine = "m1";

    private readonly TestCluster _test = new();
    private readonly long _lease;

    public ProcessLogCommandTests()
    {
        _test.Cluster.AgentRoot = Path.Combine(_test.Folder, "run");
        _lease = _test.GrantLease();
    }

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Each_line_is_followed_once_over_restarts()
    {
        RunsAs("process-1");
        Print("1");

        // With every line comes a restart, which prints the next one.
        var take = (string line) =>
        {
            var next = (int.Parse(line, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            RunsAs($"process-{next}");
            Print(next);
        };
        var lines = _test.Run("$take = $args[0]; Get-HaUnitLog app -Follow | ForEach-Object { $take.Invoke($_.Text); $_ } | Select-TestFirst 5", take).All<HaLogLine>();

        Assert.Equal(["1", "2", "3", "4", "5"], lines.Select(line => line.Text));
    }

    [Theory]
    [InlineData("Get-HaUnitLog app")]
    [InlineData("Get-HaUnitLog app -Follow 2>&1 | Select-TestFirst 1")]
    public void A_log_that_may_not_be_read_is_an_error_that_says_so(string script)
    {
        RunsAs("process-1");
        Directory.CreateDirectory(Path.Combine(_test.Cluster.AgentRoot, Machine, "logs", Unit, "log"));

        var result = _test.Run(script);

        var error = result.Errors.Concat(result.Output.OfType<System.Management.Automation.ErrorRecord>()).Single();
        Assert.Equal("LogUnreadable", ShellResult.IdOf(error));
        Assert.StartsWith("The log of app.service on m1 cannot be read: ", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("as root", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    private void Print(string line) =>
        new UnitLog(Path.Combine(_test.Cluster.AgentRoot, Machine), Unit).Append([new DockerLine(DockerOutput.Standard, DateTimeOffset.UnixEpoch, line)]);

    private void RunsAs(string process)
    {
        var keys = _test.Read().Keys;
        _test.Put(
            new StoreWrite.Put(keys.Machine(Machine), RecordCodec.Write(new MachineRecord { Id = Machine, Name = Machine, Address = "10.0.0.1" })),
            new StoreWrite.Put(keys.Alive(Machine), RecordCodec.Write(new SessionRecord { BootId = "boot", Lease = _lease }), _lease),
            new StoreWrite.Put(keys.Unit(Unit), RecordCodec.Write(new UnitRecord { Hash = "0", Desired = DesiredState.Launched })));
        if (_test.Read().Placements[Machine, Unit] is null)
        {
            _test.Put(new StoreWrite.Put(keys.Placement(Machine, Unit), RecordCodec.Write(new PlacementRecord { Hash = "0", Desired = DesiredState.Launched, State = PlacementState.Run })));
        }

        var placed = _test.Read().Placements[Machine, Unit]!.CreateRevision;
        _test.Put(new StoreWrite.Put(
            keys.Status(Machine, Unit), RecordCodec.Write(new StatusRecord { Active = "active", Sub = "running", Hash = "0", Generation = placed, Container = process }), _lease));
    }
}
