using HaWeb.Core.Units;

namespace HaWeb.Core.Discovery;

/// <summary>One health probe.</summary>
/// <param name="Kind">What is probed.</param>
/// <param name="Host">The address to connect to, and the Host header; for a container check the container's id.</param>
/// <param name="Port">The port; 0 for a container check.</param>
/// <param name="Path">The path and query of an HTTP check, from the slash on.</param>
/// <param name="Timeout">How long it may take.</param>
public sealed record ProbeRequest(ProbeKind Kind, string Host, int Port, string Path, TimeSpan Timeout)
{
    /// <summary>The probe of a backend over the network; null for a check that only its machine's Docker can answer.</summary>
    /// <param name="check">What is checked.</param>
    /// <param name="backend">The backend, for what the check does not say.</param>
    /// <param name="timeout">How long it may take.</param>
    public static ProbeRequest? Of(HealthCheck check, Backend backend, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return check switch
        {
            HealthCheck.Http http => new ProbeRequest(
                http.IsTls ? ProbeKind.Https : ProbeKind.Http, http.Host ?? backend.Address.ToString(), http.Port ?? backend.Port, http.PathAndQuery, timeout),
            HealthCheck.Tcp tcp => new ProbeRequest(ProbeKind.Tcp, tcp.Host ?? backend.Address.ToString(), tcp.Port ?? backend.Port, "", timeout),
            _ => null,
        };
    }

    /// <summary>The check as a unit file has it: <c>http://10.0.0.1:80/healthz</c>.</summary>
    public override string ToString() => Kind is ProbeKind.Container ? "container"
        : $"{(Kind is ProbeKind.Tcp ? "tcp" : Kind is ProbeKind.Http ? "http" : "https")}://{(Host.Contains(':', StringComparison.Ordinal) && Host[0] != '[' ? $"[{Host}]" : Host)}:{Port}{Path}";
}
