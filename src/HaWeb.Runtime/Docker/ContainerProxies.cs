using System.Text.Json;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>The proxies that containers are told of, as docker's client does: <c>proxies</c> in the machine's <c>config.json</c>.</summary>
internal sealed class ContainerProxies
{
    private static readonly (string Variable, string Key)[] Known =
    [
        ("HTTP_PROXY", "httpProxy"), ("HTTPS_PROXY", "httpsProxy"), ("NO_PROXY", "noProxy"), ("FTP_PROXY", "ftpProxy"), ("ALL_PROXY", "allProxy"),
    ];

    private readonly string _folder;

    public ContainerProxies(string? folder = null) => _folder = folder ?? ClientConfig.Folder;

    /// <summary>The variables for the containers of an engine; none where there is no file, or none that can be read.</summary>
    /// <param name="engine">The engine's address.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<EnvironmentVariable>> FindAsync(string engine, CancellationToken cancellationToken)
    {
        try
        {
            using var config = await ClientConfig.ReadAsync(_folder, cancellationToken).ConfigureAwait(false);
            return config is null ? [] : Read(config.RootElement, engine);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private static List<EnvironmentVariable> Read(JsonElement config, string engine)
    {
        var variables = new List<EnvironmentVariable>();
        if (!ClientConfig.TryGetObject(config, "proxies", out var all) || (!all.TryGetProperty(engine, out var chosen) && !all.TryGetProperty("default", out chosen)))
        {
            return variables;
        }

        foreach (var (variable, key) in Known)
        {
            if (ClientConfig.TextOf(chosen, key) is { } proxy)
            {
                // Programs look for one or the other.
                variables.Add(new EnvironmentVariable(variable, proxy));
                variables.Add(new EnvironmentVariable(variable.ToLowerInvariant(), proxy));
            }
        }

        return variables;
    }
}
