using System.Text.Json;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Does what docker's client does with values of <c>--security-opt</c> before it sends them.</summary>
internal static class SecurityOptions
{
    private const string Seccomp = "seccomp=";
    private const string AllPaths = "systempaths=unconfined";

    private static readonly string[] KnownProfiles = ["unconfined", "builtin"];

    /// <summary>Puts in the content of profiles, and what the engine is told for paths of the system.</summary>
    public static async Task ApplyAsync(HostConfig host, CancellationToken cancellationToken)
    {
        if (host.SecurityOpt is not { } options)
        {
            return;
        }

        for (var i = 0; i < options.Count; i++)
        {
            if (options[i].StartsWith(Seccomp, StringComparison.Ordinal) && options[i][Seccomp.Length..] is var profile && !KnownProfiles.Contains(profile))
            {
                options[i] = Seccomp + await ReadAsync(profile, cancellationToken).ConfigureAwait(false);
            }
        }

        if (options.Remove(AllPaths))
        {
            (host.MaskedPaths, host.ReadonlyPaths) = ([], []);
        }
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var profile = JsonDocument.Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
            return JsonSerializer.Serialize(profile.RootElement);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DockerException(DockerFailure.Refused, $"The seccomp profile '{path}' cannot be read on this machine: {e.Message}", e);
        }
    }
}
