using Docker.DotNet;

namespace HaWeb.Runtime.Docker;

/// <summary>Where a Docker Engine is reached, and how it and we are known to each other.</summary>
/// <param name="Address"><c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="Tls">The certificates for <c>tcp://</c>; null speaks without TLS.</param>
public sealed record DockerEndpoint(Uri Address, DockerTls? Tls = null)
{
    private const string LocalSocket = "unix:///var/run/docker.sock";

    /// <summary>The engine of this machine, on its usual socket.</summary>
    public static DockerEndpoint Local { get; } = new(new Uri(LocalSocket));

    /// <summary>What <c>DOCKER_HOST</c>, <c>DOCKER_TLS</c>, <c>DOCKER_TLS_VERIFY</c> and <c>DOCKER_CERT_PATH</c> say, as the docker command reads them.</summary>
    /// <exception cref="FormatException"><c>DOCKER_HOST</c> cannot be used.</exception>
    public static DockerEndpoint FromEnvironment() => Parse(Environment.GetEnvironmentVariable("DOCKER_HOST") ?? LocalSocket);

    /// <summary>Reads an address; the certificates for <c>tcp://</c> come from the environment, as for the docker command.</summary>
    /// <param name="text"><c>unix:///path</c> or <c>tcp://host:port</c>; an empty text means this machine's usual socket.</param>
    /// <exception cref="FormatException">The address cannot be used; the message says what can.</exception>
    public static DockerEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return Local;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !IsUsable(address))
        {
            throw new FormatException($"'{text}' is not the address of a Docker Engine: write unix:///path/to/docker.sock or tcp://host:port.");
        }

        return new DockerEndpoint(address, address.Scheme == "unix" ? null : DockerTls.FromEnvironment());
    }

    /// <inheritdoc/>
    public override string ToString() => Address.OriginalString;

    internal DockerClient CreateClient() =>
        new DockerClientConfiguration(Address, new EngineCredentials(Tls), Timeout.InfiniteTimeSpan).CreateClient();

    private static bool IsUsable(Uri address) => address.Scheme switch
    {
        "unix" => address.LocalPath.Length > 1,
        "tcp" => address.Host.Length > 0 && address.Port > 0,
        _ => false,
    };
}
