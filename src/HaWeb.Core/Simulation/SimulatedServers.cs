using HaWeb.Core.Discovery;

namespace HaWeb.Core.Simulation;

/// <summary>The servers that no pretend machine is: every backend that was registered by hand is taken for one, and accepts connections until it is made to fail.</summary>
public sealed class SimulatedServers
{
    private readonly SimulatedWorld _world;
    private readonly SortedSet<string> _failing = new(StringComparer.Ordinal);

    internal SimulatedServers(SimulatedWorld world) => _world = world;

    /// <summary>Makes the server at an endpoint (<c>address:port</c>) refuse connections, or accept them again.</summary>
    public void Fail(string endpoint, bool fail)
    {
        if (fail ? _failing.Add(endpoint) : _failing.Remove(endpoint))
        {
            _world.Note(endpoint, fail ? "refuses connections" : "accepts connections again");
            _world.Touch();
        }
    }

    /// <summary>Whether the server that a probe is for accepts it; null when there is no such server.</summary>
    public bool? Answers(ProbeRequest probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        var isServer = _world.Store.List(_world.Keys.ServicesRoot).Entries
            .Any(entry => entry.Lease == 0 && Backend.TryParse(entry.Value, out _) is { } backend && backend.Address.ToString() == probe.Host && backend.Port == probe.Port);
        return isServer ? !_failing.Contains(new Backend(System.Net.IPAddress.Parse(probe.Host), probe.Port).Endpoint) : null;
    }
}
