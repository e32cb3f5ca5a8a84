using HaWeb.Core.Simulation;

namespace HaWeb.PowerShell.Commands.Simulation;

/// <summary>A fault that happens to something in a simulation.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Target">The machine's id, the unit, the image or a backend's <c>address:port</c>; empty for the store and the leader.</param>
/// <param name="Machine">The machine that a unit's fault is limited to; null for all.</param>
internal sealed record Fault(FaultKind Kind, string Target, string? Machine = null)
{
    /// <summary>The exit code of a container that ends; null for the kind's own.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Whether the target is a backend that was registered by hand.</summary>
    public bool IsOfBackend { get; init; }

    /// <summary>Whether the leases ran out while the store was away.</summary>
    public bool LeasesLost { get; init; }

    /// <summary>Whether the kind is about machines.</summary>
    public static bool IsOfMachines(FaultKind kind) =>
        kind is FaultKind.PowerLoss or FaultKind.PowerOn or FaultKind.Partition or FaultKind.Heal or FaultKind.DockerDown or FaultKind.DockerUp;

    /// <summary>Whether the kind is about units.</summary>
    public static bool IsOfUnits(FaultKind kind) => IsOfContainers(kind) || IsOfProbes(kind);

    /// <summary>Whether the kind is about probes.</summary>
    public static bool IsOfProbes(FaultKind kind) => kind is FaultKind.ProbeFail or FaultKind.ProbePass;

    /// <summary>Whether the kind is about running containers.</summary>
    public static bool IsOfContainers(FaultKind kind) => kind is FaultKind.ContainerCrash or FaultKind.ContainerExit or FaultKind.ContainerHang;

    /// <summary>Whether the kind is about images.</summary>
    public static bool IsOfImages(FaultKind kind) => kind is FaultKind.ImageMissing or FaultKind.ImageBack;

    /// <summary>Makes it happen.</summary>
    /// <returns>Whether there was something that it could happen to.</returns>
    public bool Happen(SimulatedWorld world)
    {
        switch (Kind)
        {
            case FaultKind.PowerLoss:
                world.Machines[Target].PowerLoss();
                return true;
            case FaultKind.PowerOn:
                world.Machines[Target].PowerOn();
                return true;
            case FaultKind.Partition or FaultKind.Heal:
                world.Machines[Target].Cut(off: Kind == FaultKind.Partition);
                return true;
            case FaultKind.DockerDown or FaultKind.DockerUp:
                world.Machines[Target].StopDocker(down: Kind == FaultKind.DockerDown);
                return true;
            case FaultKind.StoreOutage when world.StoreIsUp:
                world.StopStore();
                return true;
            case FaultKind.StoreBack when !world.StoreIsUp:
                world.StartStore(LeasesLost);
                return true;
            case FaultKind.LeaderChange:
                world.EndLeadership();
                return true;
            case FaultKind.StoreOutage or FaultKind.StoreBack:
                return true;
            case FaultKind.ProbeFail or FaultKind.ProbePass when IsOfBackend:
                world.Servers.Fail(Target, fail: Kind == FaultKind.ProbeFail);
                return true;
            default:
                return HappenOn(world);
        }
    }

    /// <summary>What happens, on one line.</summary>
    public override string ToString() => Target.Length == 0 ? $"{Kind}" : $"{Kind} of {Target}{(Machine is null ? "" : $" on {Machine}")}";

    private bool HappenOn(SimulatedWorld world)
    {
        var machines = world.Machines.Values.Where(machine => Machine is null || machine.Id == Machine).ToList();
        if (IsOfContainers(Kind))
        {
            machines.RemoveAll(machine => machine.Docker.RunningOf(Target) is null && machine.Processes.RunningOf(Target) is null);
        }

        foreach (var machine in machines)
        {
            switch (Kind)
            {
                case FaultKind.ContainerCrash or FaultKind.ContainerExit:
                    machine.EndContainer(Target, ExitCode ?? (Kind == FaultKind.ContainerCrash ? 1 : 0));
                    break;
                case FaultKind.ContainerHang:
                    machine.HangContainer(Target, hangs: true);
                    break;
                case FaultKind.ProbeFail or FaultKind.ProbePass:
                    machine.FailProbes(Target, fail: Kind == FaultKind.ProbeFail);
                    break;
                case FaultKind.ImageMissing or FaultKind.ImageBack:
                    machine.MissImage(Target, missing: Kind == FaultKind.ImageMissing);
                    break;
            }
        }

        return machines.Count > 0;
    }
}
