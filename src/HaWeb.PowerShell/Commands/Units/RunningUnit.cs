using System.Management.Automation;
using System.Runtime.CompilerServices;
using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Operations;
using HaWeb.Core.Processes;
using HaWeb.Core.Scheduling;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Processes;
using HaWeb.Runtime.Simulated;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>A unit that runs on a machine, as operators look into it.</summary>
/// <param name="Unit">The unit's full name.</param>
/// <param name="Machine">The machine's id.</param>
/// <param name="Run">What tells this run from the next one: the id of the container or process.</param>
/// <param name="Engine">Where the machine's Docker Engine is, as the machine registered it.</param>
/// <param name="Open">Opens the unit.</param>
internal sealed record RunningUnit(string Unit, string Machine, string Run, string Engine, Func<IUnitConsole> Open)
{
    // Logs of processes go by the unit: which of its runs it is about does not matter.
    private const string Ended = "ended";

    /// <summary>What tells its log from those of its other runs: each container has one of its own, and the processes of a unit on one machine share theirs.</summary>
    public string Log => ProcessId.Is(Run) ? Machine : Run;

    /// <summary>The runs of a unit: one, or for a global unit one per machine.</summary>
    public static IReadOnlyList<RunningUnit> Find(HaCluster cluster, ClusterState state, string unit) =>
        [.. cluster.ViewsOf(state).Of(unit).Where(view => view.Container is not null).Select(view => Of(cluster, state, view.Name, view.Machine!, view.Container!))];

    /// <summary>What there is to read of a unit: its runs, and of processes that have ended what they have printed, which outlives them.</summary>
    private static IReadOnlyList<RunningUnit> FindPrinted(HaCluster cluster, ClusterState state, UnitCatalog catalog, string unit) =>
        [.. Find(cluster, state, unit), .. cluster.ViewsOf(state).Of(unit)
            .Where(view => view is { Container: null, Machine: not null } && state.Units[unit]?.Value.Hash is { } hash && catalog.Find(unit, hash) is { IsProcessUnit: true })
            .Select(view => Of(cluster, state, view.Name, view.Machine!, ProcessId.Of(Ended)))];

    /// <summary>The runs of units on machines, each once; what does not run is an error.</summary>
    /// <param name="streams">Takes the errors.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="state">Its state.</param>
    /// <param name="names">Names of units, as typed.</param>
    /// <param name="machines">Ids or names of machines, as typed; null for all.</param>
    /// <param name="forLog">Whether what has ended is wanted too, as long as something of it can be read.</param>
    public static async Task<IReadOnlyList<RunningUnit>> FindAsync(CmdletStreams streams, HaCluster cluster, ClusterState state, IReadOnlyList<string> names, IReadOnlyList<string>? machines, bool forLog = false)
    {
        var wanted = machines is null ? null : await streams.ResolveAsync(new MachineQuery(machines) { Several = true }, state);
        if (wanted is { Count: 0 })
        {
            return [];
        }

        var found = new List<RunningUnit>();
        var elsewhere = new List<string>();
        var catalog = new UnitCatalog(state);
        foreach (var unit in await streams.ResolveAsync(new UnitQuery(names), state))
        {
            var runs = forLog ? FindPrinted(cluster, state, catalog, unit) : Find(cluster, state, unit);
            found.AddRange(runs.Where(run => wanted?.Contains(run.Machine) != false));
            if (runs.Count == 0)
            {
                await streams.WriteErrorAsync(Missing(cluster, state, unit, null));
            }
            else if (!found.Exists(run => run.Unit == unit))
            {
                elsewhere.Add(unit);
            }
        }

        // What runs elsewhere is left out as asked, unless that leaves nothing.
        foreach (var unit in found.Count == 0 ? elsewhere : [])
        {
            await streams.WriteErrorAsync(Missing(cluster, state, unit, machines));
        }

        return found;
    }

    /// <summary>Reads what it has printed.</summary>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="range">What of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<HaLogLine> ReadLogAsync(HaCluster cluster, LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var console = Open();
        await foreach (var line in console.ReadLogAsync(range, cancellationToken))
        {
            yield return new HaLogLine
            {
                Unit = Unit,
                Machine = Machine,
                Time = line.Time,
                Stream = OutputStreams.NameOf(line.Output),
                Text = line.Text,
                Cluster = cluster,
            };
        }
    }

    /// <summary>The error of a request that failed.</summary>
    public CommandError Error(DockerException exception)
    {
        if (ProcessId.Is(Run))
        {
            return exception.InnerException is IOException or UnauthorizedAccessException
                ? new CommandError("LogUnreadable", ErrorCategory.PermissionDenied, $"{exception.Message}.", Unit, $"Run the command on {Machine}, as root.", exception)
                : exception.Failure is DockerFailure.Unavailable
                ? new CommandError("ProcessOfOtherMachine", ErrorCategory.ConnectionError, $"{exception.Message}.", Unit, $"Run the command on {Machine}, as root.", exception)
                : new CommandError("UnitIsProcess", ErrorCategory.InvalidOperation, $"{exception.Message}.", Unit, $"Log in to {Machine} to run a command beside it.", exception);
        }

        var error = DockerErrors.From(exception) with { Target = Unit };
        var isOfOtherMachine = Engine.Length == 0 || Engine.StartsWith("unix:", StringComparison.Ordinal);
        return isOfOtherMachine && exception.Failure is DockerFailure.Unavailable or DockerFailure.NoSuchContainer && Machine != LocalMachine.ReadMachineId()
            ? error with
            {
                Id = "DockerOfOtherMachine",
                Category = ErrorCategory.ConnectionError,
                Message = $"{Unit} runs on {Machine}, whose Docker Engine is reached on that machine only ({Engine}): {exception.Message}",
                Advice = "Run the command on that machine, or start its agent with -DockerEndpoint tcp://host:port (or DOCKER_HOST), and set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH here.",
            }
            : exception.Failure is DockerFailure.NoSuchContainer ? new CommandError(
                "UnitHasNoContainer",
                ErrorCategory.ResourceUnavailable,
                $"{Unit} has no container on {Machine} any more, and what it printed is gone with it.",
                Unit,
                $"'Get-HaUnit {Unit}' shows how it is.",
                exception)
            : error;
    }

    private static RunningUnit Of(HaCluster cluster, ClusterState state, string unit, string machine, string container)
    {
        var engine = cluster.Client.Simulation is null ? state.Machines[machine]?.Value.Docker ?? "" : "simulated";
        return new RunningUnit(
            unit,
            machine,
            container,
            engine,
            cluster.Client.Simulation is { } simulation ? () => new SimulatedConsole(simulation, machine, unit, container)
            : ProcessId.Is(container) ? () => new ProcessConsole(Path.Combine(cluster.AgentRoot, machine), unit, machine)
            : () => Console(engine, container));
    }

    private static ContainerConsole Console(string engine, string container)
    {
        try
        {
            return new ContainerConsole(new DockerEngine(DockerEndpoint.Parse(engine), clusterId: null), container);
        }
        catch (FormatException exception)
        {
            throw new DockerException(DockerFailure.Unavailable, exception.Message, exception);
        }
    }

    /// <summary>Why a unit does not run.</summary>
    private static CommandError Missing(HaCluster cluster, ClusterState state, string unit, IReadOnlyList<string>? machines)
    {
        var reason = cluster.ViewsOf(state).Of(unit).Select(view => view.Reason).FirstOrDefault(reason => reason.Length > 0);
        var place = machines is null ? "" : $" on {string.Join(", ", machines)}";
        return new CommandError(
            "UnitHasNoContainer",
            ErrorCategory.ResourceUnavailable,
            $"{unit} has no container{place} now{(reason is null ? "." : $": {reason}")}",
            unit,
            $"'Get-HaUnit {unit}' shows how it is; Start-HaUnit starts it.");
    }
}
