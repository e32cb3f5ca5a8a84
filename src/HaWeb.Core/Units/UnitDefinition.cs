using HaWeb.Core.Containers;

namespace HaWeb.Core.Units;

/// <summary>
/// A checked unit: its name, its file, and everything the file says, typed. Of a template the options are those of an instance named <c>1</c>.
/// </summary>
/// <param name="Name">The unit.</param>
/// <param name="File">Its file.</param>
/// <param name="Fleet">Where it may run.</param>
/// <param name="HaWeb">What it is to HaWeb.</param>
/// <param name="Service">How it runs.</param>
/// <param name="Description">What people call it; its name when the file says nothing.</param>
public sealed record UnitDefinition(UnitName Name, UnitFile File, FleetOptions Fleet, HaWebOptions HaWeb, ServiceOptions Service, string Description)
{
    /// <summary>What it is to other units of its machine.</summary>
    public DependencyOptions Dependencies { get; init; } = DependencyOptions.None;

    /// <summary>When it starts which service; null when it is no timer.</summary>
    public TimerOptions? Timer { get; init; }

    /// <summary>The hash of the whole file, under which it is stored.</summary>
    public string Hash => File.Hash;

    /// <summary>The hash of what runs: of <c>[Service]</c> only (of a timer <c>[Timer]</c>), so that a change of placement, of HaWeb's options or of the description restarts nothing.</summary>
    public string RunHash { get; } = UnitFile.HashOf(UnitFile.Serialize(File.Section(Name.IsTimer ? TimerOptions.Section : "Service")));

    /// <summary>Whether the unit itself is a process of the machine, not a container.</summary>
    public bool IsProcessUnit => Service.Start.Any(command => !command.IsDocker);

    /// <summary>Whether any of its commands runs as a process, so that only an agent that allows processes can take it.</summary>
    public bool NeedsProcesses { get; } = Service.Commands.Any(command => !command.IsDocker);

    /// <summary>Whether any of its commands is a docker line.</summary>
    public bool NeedsDocker { get; } = Service.Commands.Any(command => command.IsDocker);

    /// <summary>The container that the unit is, as far as it is known before it runs; null for a process unit.</summary>
    public ContainerSpec? Container => Service.Start.Select(command => command.Container?.Creates).FirstOrDefault(spec => spec is not null)
        ?? Service.StartPre.Select(command => command.Container?.Creates).FirstOrDefault(spec => spec is not null);

    /// <summary>The host port that is advertised: Port=, or the first one published; null when neither says.</summary>
    public int? AdvertisedPort => HaWeb.Port ?? Container?.Network.Publish.Select(port => port.HostPort).FirstOrDefault(port => port is not null);
}
