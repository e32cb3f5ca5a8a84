using System.Management.Automation;
using HaWeb.Core.Containers;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Simulated;

namespace HaWeb.PowerShell.Commands.Simulation;

/// <summary>Makes something go wrong in a simulated cluster, or mends it.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "HaFault", SupportsShouldProcess = true)]
public sealed class InvokeHaFaultCommand : ClusterCmdlet
{
    private readonly List<(HaCluster Cluster, string? Machine, string? Unit)> _targets = [];

    /// <summary>What happens.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public FaultKind Kind { get; set; }

    /// <summary>Ids or names of machines.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [AllowNull]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string[]? Machine { get; set; }

    /// <summary>Names of units, with wildcards and braces.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[]? Unit { get; set; }

    /// <summary>Backends that were registered by hand, as SERVICE/NAME.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Backend { get; set; }

    /// <summary>Images, as unit files name them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageCompleter))]
    public string[]? Image { get; set; }

    /// <summary>The exit code of a container that ends.</summary>
    [Parameter]
    [ValidateRange(0, 255)]
    public int? ExitCode { get; set; }

    /// <summary>The leases ran out while the store was away, with all of their keys.</summary>
    [Parameter]
    public SwitchParameter LeasesLost { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => Guard(CheckParameters);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        IReadOnlyList<string?> machines = Machine is { Length: > 0 } given ? given : new string?[] { null };
        IReadOnlyList<string?> units = Unit is { Length: > 0 } named && Fault.IsOfUnits(Kind) ? named : new string?[] { null };
        _targets.AddRange(machines.SelectMany(_ => units, (machine, unit) => (cluster, machine, unit)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Run(async streams =>
    {
        foreach (var cluster in _targets.GroupBy(target => target.Cluster))
        {
            var simulation = cluster.Key.Client.Simulation ?? throw SimulationErrors.NotSimulated(cluster.Key);
            var faults = new List<Fault>(await FindBackendsAsync(streams, simulation));
            foreach (var (_, machine, unit) in cluster.Where(target => target.Unit is not null || Backend is null))
            {
                faults.AddRange(await FindAsync(streams, simulation, machine, unit));
            }

            // All of them at one moment: machines that lose their power together have to be seen to vanish together.
            var wanted = new List<Fault>();
            foreach (var fault in faults.Distinct())
            {
                if (await streams.ShouldProcessAsync(fault.ToString()) == Consent.Given)
                {
                    wanted.Add(fault);
                }
            }

            foreach (var idle in simulation.Use(world => wanted.Where(fault => !fault.Happen(world)).ToList()))
            {
                await streams.WriteErrorAsync(new CommandError(
                    "UnitHasNoContainer", ErrorCategory.ResourceUnavailable, $"{idle.Target} has no running container{(idle.Machine is null ? "" : $" on {idle.Machine}")} now.", idle.Target, $"'Get-HaUnit {idle.Target}' shows how it is; Start-HaUnit starts it."));
            }
        }
    });

    private async Task<IReadOnlyList<Fault>> FindAsync(CmdletStreams streams, SimulatedCluster simulation, string? machine, string? unit)
    {
        simulation.Settle(null, streams.CancellationToken);
        var found = machine is null ? null : simulation.Use(world => FindMachine(world, machine));
        if (machine is not null && found is null)
        {
            await streams.WriteErrorAsync(new CommandError(
                "MachineNotFound", ErrorCategory.ObjectNotFound, $"There is no machine with the id or name '{machine}'.", machine, "Get-HaMachine lists the machines. Names are case-sensitive."));
            return [];
        }

        if (Fault.IsOfMachines(Kind))
        {
            return found is null ? throw Needs("-Machine", "A") : [new Fault(Kind, found)];
        }

        if (Fault.IsOfUnits(Kind))
        {
            // Read past an outage of the store: it does not keep a container from crashing.
            var state = simulation.Use(world => world.Read());
            var units = await streams.ResolveAsync(new UnitQuery([unit ?? throw Needs("-Unit", "web@1")]), state);
            return [.. units.Select(one => new Fault(Kind, one, found) { ExitCode = ExitCode })];
        }

        return Fault.IsOfImages(Kind)
            ? [.. Image!.Select(image => new Fault(Kind, image))]
            : [new Fault(Kind, "") { LeasesLost = LeasesLost }];
    }

    private async Task<IReadOnlyList<Fault>> FindBackendsAsync(CmdletStreams streams, SimulatedCluster simulation)
    {
        simulation.Settle(null, streams.CancellationToken);
        var state = simulation.Use(world => world.Read());
        var faults = new List<Fault>();
        foreach (var backend in Backend ?? [])
        {
            var slash = backend.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && state.Backends[backend[..slash], backend[(slash + 1)..]] is { Lease: 0 } found)
            {
                faults.Add(new Fault(Kind, found.Value.Endpoint) { IsOfBackend = true });
            }
            else
            {
                await streams.WriteErrorAsync(new CommandError(
                    "BackendNotFound", ErrorCategory.ObjectNotFound, $"There is no backend '{backend}' that was registered by hand.", backend, "Name it SERVICE/NAME, as 'Get-HaBackend | Where-Object External' shows it; for what units serve use -Unit."));
            }
        }

        return faults;
    }

    private static string? FindMachine(SimulatedWorld world, string idOrName) =>
        world.Machines.ContainsKey(idOrName) ? idOrName : world.Machines.Values.FirstOrDefault(machine => machine.Record.Name == idOrName)?.Id;

    private bool CheckParameters()
    {
        Refuse(nameof(Machine), Fault.IsOfMachines(Kind) || Fault.IsOfUnits(Kind));
        Refuse(nameof(Unit), Fault.IsOfUnits(Kind));
        Refuse(nameof(Backend), Fault.IsOfProbes(Kind));
        Refuse(nameof(Machine), Backend is null || Unit is not null);
        Refuse(nameof(Image), Fault.IsOfImages(Kind));
        Refuse(nameof(ExitCode), Kind is FaultKind.ContainerCrash or FaultKind.ContainerExit);
        Refuse(nameof(LeasesLost), Kind is FaultKind.StoreBack);
        if (Fault.IsOfImages(Kind) && Image is null)
        {
            throw Needs("-Image", "nginx:latest");
        }

        return Image?.FirstOrDefault(image => !ImageReference.TryParse(image, out _)) is { } wrong
            ? throw new CommandException(new CommandError("ImageInvalid", ErrorCategory.InvalidArgument, $"'{wrong}' is no name of an image.", wrong, "Name it as the unit file does: -Image nginx:latest."))
            : true;
    }

    private void Refuse(string parameter, bool isUsed)
    {
        if (!isUsed && MyInvocation.BoundParameters.ContainsKey(parameter))
        {
            throw new CommandException(new CommandError(
                "FaultParameterUnused", ErrorCategory.InvalidArgument, $"-Kind {Kind} has no use for -{parameter}.", parameter, $"Leave out -{parameter}, or choose another kind."));
        }
    }

    private CommandException Needs(string parameter, string example) => new(new CommandError(
        "FaultTargetMissing", ErrorCategory.InvalidArgument, $"-Kind {Kind} needs {parameter}.", Kind, $"Give for example {parameter} {example}."));
}
