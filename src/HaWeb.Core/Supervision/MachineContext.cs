using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>What the parts of one machine's supervisor share.</summary>
/// <param name="Outbox">Where their effects go.</param>
/// <param name="Subscriptions">What they follow together.</param>
/// <param name="Addresses">The addresses that its balancers share with others.</param>
/// <param name="Keys">The layout of the store.</param>
/// <param name="ClusterId">The cluster's id, for labels.</param>
/// <param name="MachineId">The machine's id, for keys.</param>
/// <param name="Address">The address that the machine's services are reached at.</param>
/// <param name="Facts">What specifiers and timers ask of the machine.</param>
/// <param name="Environment">The variables that every unit gets from the agent (DESIGN.md section 5).</param>
/// <param name="Options">Times.</param>
/// <param name="Templates">What makes balancers' configs from templates; null for nothing.</param>
public sealed record MachineContext(
    Outbox Outbox,
    Subscriptions Subscriptions,
    VirtualAddresses Addresses,
    ClusterKeys Keys,
    string ClusterId,
    string MachineId,
    string Address,
    MachineFacts Facts,
    IReadOnlyDictionary<string, string> Environment,
    SupervisorOptions Options,
    ITemplateEngine? Templates = null)
{
    /// <summary>The agent's own variables, of which <c>PassEnvironment=</c> takes some.</summary>
    public IReadOnlyDictionary<string, string> AgentEnvironment { get; set; } = new Dictionary<string, string>();

    /// <summary>Whether the machine's lease must have expired, as far as it can know, so that others may have its units.</summary>
    public bool IsIsolated { get; set; }

    /// <summary>Names the unit that runs here without a place on the work list, and holds a port that another one is to publish; null for none.</summary>
    public Func<UnitDefinition, string?> InTheWayOf { get; set; } = static _ => null;

    /// <summary>What its units are to each other.</summary>
    public UnitDependencies Dependencies { get; set; } = new(static _ => null);

    /// <summary>The service of that name that has its place on this machine; null for none.</summary>
    public Func<string, UnitSupervisor?> ServiceOf { get; set; } = static _ => null;
}
