using HaWeb.Core.Scheduling;
using HaWeb.Core.Supervision;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Agent;

/// <summary>What an agent is told about its machine and itself.</summary>
public sealed record AgentOptions
{
    /// <summary>The machine's id; null for the one in /etc/machine-id.</summary>
    public string? MachineId { get; init; }

    /// <summary>The machine's name; null for its host name.</summary>
    public string? Name { get; init; }

    /// <summary>The address that its services are reached at; null for the one that <see cref="LocalMachine.FindAddress"/> finds.</summary>
    public string? Address { get; init; }

    /// <summary>The public address, where it has another one.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>What unit files can ask for.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How many units it takes; null for no limit.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Whether it runs process units.</summary>
    public bool AllowProcess { get; init; }

    /// <summary>Its Docker Engine; null for what the environment says, else this machine's usual socket.</summary>
    public DockerEndpoint? Docker { get; init; }

    /// <summary>The version that it registers.</summary>
    public string Version { get; init; } = "";

    /// <summary>The times of the machine's supervisor.</summary>
    public SupervisorOptions Supervisor { get; init; } = new();

    /// <summary>The times of the engine.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>Where agents keep what lasts until the machine is switched off.</summary>
    public string RunRoot { get; init; } = "/run/haweb";

    /// <summary>Where agents keep what lasts longer.</summary>
    public string StateRoot { get; init; } = "/var/lib/haweb";
}
