using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Terminals;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Opens a terminal in a unit.</summary>
[Cmdlet(VerbsCommon.Enter, "HaUnit")]
[OutputType(typeof(HaUnitResult))]
public sealed class EnterHaUnitCommand : ExecCmdlet
{
    /// <summary>The unit.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The command and its arguments that the terminal is for.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Command { get; set; } = ["/bin/sh"];

    /// <summary>The machine, of a global unit that runs on several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string? Machine { get; set; }

    /// <summary>Puts out an object with the exit code when the command has ended.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        var command = ToRun(Command);
        Run(streams => EnterAsync(streams, cluster, command));
    }

    private async Task EnterAsync(CmdletStreams streams, HaCluster cluster, ExecCommand command)
    {
        if (cluster.Client.Simulation is not null)
        {
            throw SimulationErrors.NotInSimulation(cluster, "open a terminal in a unit");
        }

        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var found = await RunningUnit.FindAsync(streams, cluster, state, [Name], Machine is null ? null : [Machine]);
        if (found.Count > 1)
        {
            throw new CommandException(new CommandError(
                "SeveralUnits",
                ErrorCategory.InvalidArgument,
                $"'{Name}' means {found.Count} running units: {string.Join(", ", found.Select(unit => $"{unit.Unit} on {unit.Machine}"))}. A terminal is in one.",
                Name,
                "Name one unit, and with -Machine one machine."));
        }

        if (found is [var one])
        {
            await EnterAsync(streams, cluster, one, command);
        }
    }

    private async Task EnterAsync(CmdletStreams streams, HaCluster cluster, RunningUnit unit, ExecCommand command)
    {
        try
        {
            using var console = unit.Open();
            long exitCode;
            using (var terminal = LocalTerminal.TryOpen() ?? throw NoTerminal())
            {
                exitCode = await console.RunAsync(command, terminal, streams.CancellationToken);
            }

            if (PassThru)
            {
                await streams.WriteAsync(new HaUnitResult { Unit = unit.Unit, Machine = unit.Machine, ExitCode = exitCode, Output = [], Cluster = cluster });
            }
            else if (exitCode != 0)
            {
                await streams.WriteWarningAsync($"'{string.Join(' ', command.Command)}' in {unit.Unit} ended with exit code {exitCode}.");
            }
        }
        catch (DockerException exception)
        {
            await streams.WriteErrorAsync(unit.Error(exception));
        }
    }

    private CommandException NoTerminal() => new(new CommandError(
        "NoTerminal",
        ErrorCategory.DeviceError,
        "There is no terminal here: input or output is redirected, or this is no Unix.",
        Name,
        "Run it at a terminal, or use Invoke-HaUnit, which needs none."));
}
