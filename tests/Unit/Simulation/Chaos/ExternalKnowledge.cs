using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>What is known of the server that is registered by hand: what machines have found out, and what balancers have said of it.</summary>
internal sealed class ExternalKnowledge
{
    private readonly Dictionary<string, (int Asked, int Passed)> _probes = [];

    // An answer may come twice.
    private readonly HashSet<(IStateMachine By, long Probe)> _unanswered = [];

    // When a balancer last said that a registration answers, of those that none says it of any more.
    private readonly Dictionary<(string Service, string Name, long Revision), DateTimeOffset> _answered = [];

    /// <summary>The server, as <c>website/legacy</c>.</summary>
    public static Backend Legacy { get; } = new(System.Net.IPAddress.Parse("10.9.9.9"), 80);

    /// <summary>How many of a machine's probes have passed, and how many have not, as far as it was told.</summary>
    public (int Passed, int NotPassed) Of(string machine) => _probes.GetValueOrDefault(machine) is var (asked, passed) ? (passed, asked - passed) : default;

    public void Asked(string machine, IStateMachine by, Effect effect)
    {
        if (effect is Effect.Probe probe && $"{probe.Request.Host}:{probe.Request.Port}" == Legacy.Endpoint)
        {
            var (asked, passed) = _probes.GetValueOrDefault(machine);
            _probes[machine] = (asked + 1, passed);
            _unanswered.Add((by, probe.Id));
        }
    }

    /// <summary>An agent is told something.</summary>
    public void Told(string machine, IStateMachine by, Event happened)
    {
        if (happened is Event.Probed probed && _unanswered.Remove((by, probed.Id)) && probed.Passed)
        {
            var (asked, passed) = _probes[machine];
            _probes[machine] = (asked, passed + 1);
        }
    }

    /// <summary>A balancer's key is about to change.</summary>
    public void Changing(BalancerRecord? before, DateTimeOffset now)
    {
        foreach (var said in before?.External.Where(said => said.Healthy) ?? [])
        {
            _answered[(said.Service, said.Name, said.Revision)] = now;
        }
    }

    /// <summary>Whether a balancer has said since then that a backend answers which is registered by hand as it is.</summary>
    public bool Answered(ClusterState state, string service, DateTimeOffset onceSince) => state.Backends[service].Entries.Any(backend =>
        backend.Value.Lease == 0
        && (_answered.GetValueOrDefault((service, backend.Key, backend.Value.ModRevision)) >= onceSince
            || state.Balancers.Entries.Any(balancer => balancer.Entry.Value.External.Exists(said =>
                said.Healthy && said.Service == service && said.Name == backend.Key && said.Revision == backend.Value.ModRevision))));
}
