using HaWeb.Core.Discovery;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>One backend of a service, as load balancers see it.</summary>
public sealed class HaBackend
{
    internal HaBackend(BackendView view, HaCluster cluster)
    {
        View = view;
        Cluster = cluster;
    }

    /// <summary>The service.</summary>
    public string Service => View.Service;

    /// <summary>Its name in the service: the unit without suffix, for a global unit with a slash and the machine, or what it was registered as.</summary>
    public string Name => View.Name;

    /// <summary>The IP address.</summary>
    public string Address => View.Address;

    /// <summary>The port.</summary>
    public int Port => View.Port;

    /// <summary>Its share of the requests compared with other backends.</summary>
    public int Weight => View.Weight;

    /// <summary>Whether it is asked only when all others are gone.</summary>
    public bool Backup => View.Backup;

    /// <summary>The id of the machine that advertises it, or null.</summary>
    public string? Machine => View.Machine;

    /// <summary>Whether it was registered by hand.</summary>
    public bool External => View.External;

    /// <summary>Whether its health check passes; null when nobody has said so.</summary>
    public bool? Healthy => View.Healthy;

    /// <summary>Since when its health is what it is; null when nobody has said so.</summary>
    public DateTimeOffset? Since => View.Since;

    /// <summary>Why its health check fails; null when it passes.</summary>
    public string? LastError => View.LastError;

    /// <summary>How long the probe took that made it healthy or unhealthy; Test-HaBackend measures anew.</summary>
    public TimeSpan? Latency => View.Latency;

    /// <summary>How often its health has fallen within five minutes, when that is so often that it has to pass longer before it is believed; otherwise 0.</summary>
    public int Flaps => View.Flaps;

    /// <summary>Of one that was registered by hand: what the machine of each of its load balancers says. The properties above are the sum: one that says no decides.</summary>
    public IReadOnlyList<HaBackendProbe> Probes => [.. View.Probes.Select(probe => new HaBackendProbe(probe))];

    /// <summary>Whether load balancers have it. An unhealthy instance is withdrawn: Get-HaBackend -All shows it.</summary>
    public bool Advertised => View.Advertised;

    /// <summary>Its cluster.</summary>
    public HaCluster Cluster { get; }

    internal BackendView View { get; }

    internal NamedBackend Named => new(View.Name, View.Backend);

    /// <summary><c>address:port</c>.</summary>
    public override string ToString() => View.Backend.Endpoint;
}
