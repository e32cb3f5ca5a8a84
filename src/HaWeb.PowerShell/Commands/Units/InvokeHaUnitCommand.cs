using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Runs a command in units.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnitOutput), typeof(HaUnitResult))]
public sealed class InvokeHaUnitCommand : ExecCmdlet
{
    private readonly List<(HaCluster Cluster, IReadOnlyList<string> Names, IReadOnlyList<string>? Machines)> _units = [];
    private readonly UnitInput _input = new();
    private bool _isNamed;

    /// <summary>Names of units, with wildcards and braces. When they are given, what is piped is the command's input.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The command and its arguments; there is no shell.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] Command { get; set; } = [];

    /// <summary>What the command reads from its standard input; without -Name, the units.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>Only on these machines, ids or names with wildcards.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string[]? Machine { get; set; }

    /// <summary>In how many units it runs at the same time.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 8;

    /// <summary>Puts out one object per unit, with the exit code and all lines, once the command has ended there.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _isNamed = MyInvocation.BoundParameters.ContainsKey(nameof(Name));
        if (_isNamed)
        {
            _units.Add((GetCluster(), Name, Machine));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_isNamed)
        {
            if (MyInvocation.ExpectingInput)
            {
                _input.Add(InputObject);
            }
        }
        else if (InputObject?.BaseObject is string name)
        {
            _units.Add((GetCluster(), [name], Machine));
        }
        else if (MyInvocation.BoundParameters.ContainsKey(nameof(Name)))
        {
            _units.Add((GetCluster(), Name, Machine));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_units.Count == 0 && !MyInvocation.ExpectingInput)
        {
            ThrowTerminatingError(new CommandError(
                "UnitNotNamed", ErrorCategory.InvalidArgument, "No unit is named.", null, "Write Invoke-HaUnit NAME -Command ..., or pipe units of Get-HaUnit.").ToErrorRecord());
        }

        var command = ToRun(Command, _input.Bytes);
        foreach (var cluster in _units.Select(unit => unit.Cluster).Distinct())
        {
            Run(streams => RunAsync(streams, cluster, command));
        }
    }

    private async Task RunAsync(CmdletStreams streams, HaCluster cluster, ExecCommand command)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var found = new List<RunningUnit>();
        foreach (var (_, names, machines) in _units.Where(unit => unit.Cluster == cluster))
        {
            found.AddRange(await RunningUnit.FindAsync(streams, cluster, state, names, machines));
        }

        var chosen = new List<RunningUnit>();
        foreach (var unit in found.DistinctBy(unit => (unit.Unit, unit.Machine)))
        {
            if (await streams.ShouldProcessAsync($"Run '{string.Join(' ', command.Command)}' in {unit.Unit} on {unit.Machine}") == Consent.Given)
            {
                chosen.Add(unit);
            }
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = ThrottleLimit, CancellationToken = streams.CancellationToken };
        await Parallel.ForEachAsync(chosen, options, async (unit, _) => await RunAsync(streams, cluster, unit, command));
    }

    private async Task RunAsync(CmdletStreams streams, HaCluster cluster, RunningUnit unit, ExecCommand command)
    {
        try
        {
            var lines = new List<HaUnitOutput>();
            using var console = unit.Open();
            var exitCode = await console.RunAsync(command, line => Take(LineOf(line)), streams.CancellationToken);
            if (PassThru)
            {
                await streams.WriteAsync(new HaUnitResult { Unit = unit.Unit, Machine = unit.Machine, ExitCode = exitCode, Output = lines, Cluster = cluster });
            }
            else if (exitCode != 0)
            {
                await streams.WriteErrorAsync(Failed(unit, command, exitCode));
            }

            if (cluster.Client.Simulation is not null)
            {
                await streams.WriteInformationAsync($"{unit.Unit} is simulated: the command was not run, and counts as ended well without output.", "HaWeb");
            }

            void Take(HaUnitOutput line)
            {
                if (PassThru)
                {
                    lines.Add(line);
                }
                else
                {
                    streams.Write(line);
                }
            }
        }
        catch (DockerException exception)
        {
            await streams.WriteErrorAsync(unit.Error(exception));
        }

        HaUnitOutput LineOf(DockerLine line) =>
            new() { Unit = unit.Unit, Machine = unit.Machine, Stream = OutputStreams.NameOf(line.Output), Text = line.Text, Cluster = cluster };
    }

    private static CommandError Failed(RunningUnit unit, ExecCommand command, long exitCode) => new(
        "CommandFailed",
        ErrorCategory.FromStdErr,
        $"'{string.Join(' ', command.Command)}' in {unit.Unit} ended with exit code {exitCode}.",
        unit.Unit,
        exitCode is 126 or 127 ? "The image has no such program, or it cannot be run." : "What it printed says why; -PassThru gives the exit code as a number.");
}
