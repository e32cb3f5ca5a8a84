using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Keepalived;
using HaWeb.Runtime.Nginx;
using HaWeb.Runtime.Probes;
using HaWeb.Runtime.Processes;

namespace HaWeb.Runtime.Agent;

/// <summary>What carries out the effects of state machines; several machines may share one.</summary>
/// <param name="Store">The cluster's store.</param>
/// <param name="Reports">Where reports go.</param>
public sealed record AgentDrivers(IClusterStore Store, IReportSink Reports)
{
    /// <summary>The machine's Docker Engine; null where a machine has none, and requests to it then fail.</summary>
    public IDockerEngine? Docker { get; init; }

    /// <summary>Works with processes of the machine; null where none may run, and requests about them then fail.</summary>
    public IProcessDriver? Processes { get; init; }

    /// <summary>Makes probes; null where none are made.</summary>
    public IProber? Prober { get; init; }

    /// <summary>Keeps what the machine's agents know for the next one; null where nothing is kept.</summary>
    public StateFolder? State { get; init; }

    /// <summary>The same for what lasts until the machine is switched off.</summary>
    public StateFolder? Journals { get; init; }

    /// <summary>Works with keepalived; null where no addresses are shared.</summary>
    public IKeepalivedDriver? Keepalived { get; init; }

    /// <summary>Works with nginx; null where there is none.</summary>
    public INginxDriver? Nginx { get; init; }
}
