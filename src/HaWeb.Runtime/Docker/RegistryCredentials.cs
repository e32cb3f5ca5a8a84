using System.Text;
using System.Text.Json;
using Docker.DotNet.Models;

namespace HaWeb.Runtime.Docker;

/// <summary>The machine's own credentials for registries of images: the docker command's <c>config.json</c>.</summary>
internal sealed class RegistryCredentials
{
    // How config.json, for historical reasons, names docker.io.
    private const string Hub = "index.docker.io";

    private readonly string _folder;

    public RegistryCredentials(string? folder = null) => _folder = folder ?? ClientConfig.Folder;

    /// <summary>The credentials for a registry, and what people should know when a pull fails for want of them.</summary>
    public async Task<(AuthConfig Credentials, string? Hint)> FindAsync(string registry, CancellationToken cancellationToken)
    {
        var none = new AuthConfig();
        var path = ClientConfig.PathIn(_folder);
        try
        {
            using var config = await ClientConfig.ReadAsync(_folder, cancellationToken).ConfigureAwait(false);
            if (config is null)
            {
                return (none, null);
            }

            registry = HostOf(registry);
            return Read(config.RootElement, registry) is { } credentials
                ? (credentials, null)
                : (none, HelperOf(config.RootElement, registry) is { } helper
                    ? $"The credentials for {registry} are kept by the credential helper '{helper}' ({path}), which HaWeb does not call: pull the image with docker on this machine, or log in without a helper."
                    : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            return (none, $"The registry credentials in {path} cannot be read: {e.Message}");
        }
    }

    private static AuthConfig? Read(JsonElement config, string registry)
    {
        if (!ClientConfig.TryGetObject(config, "auths", out var auths))
        {
            return null;
        }

        foreach (var entry in auths.EnumerateObject())
        {
            if (HostOf(entry.Name) != registry)
            {
                continue;
            }

            var token = ClientConfig.TextOf(entry.Value, "identitytoken");
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(ClientConfig.TextOf(entry.Value, "auth") ?? ""));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (token is null && colon < 0)
            {
                continue;
            }

            return new AuthConfig
            {
                ServerAddress = entry.Name,
                IdentityToken = token,
                Username = colon < 0 ? null : pair[..colon],
                Password = colon < 0 ? null : pair[(colon + 1)..].TrimEnd('\0'),
            };
        }

        return null;
    }

    private static string? HelperOf(JsonElement config, string registry)
    {
        if (ClientConfig.TryGetObject(config, "credHelpers", out var helpers))
        {
            foreach (var entry in helpers.EnumerateObject())
            {
                if (HostOf(entry.Name) == registry)
                {
                    return entry.Value.GetString();
                }
            }
        }

        return ClientConfig.TextOf(config, "credsStore");
    }

    // A key is a host, or an address such as https://index.docker.io/v1/.
    private static string HostOf(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var host = scheme < 0 ? key : key[(scheme + 3)..];
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        host = slash < 0 ? host : host[..slash];
        return host == "docker.io" ? Hub : host;
    }
}
