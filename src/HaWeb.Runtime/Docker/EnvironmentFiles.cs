using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Reads the files of variables that <c>--env-file</c> names, on this machine.</summary>
internal static class EnvironmentFiles
{
    /// <summary>The variables of all the files, in order.</summary>
    public static async Task<IReadOnlyList<EnvironmentVariable>> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var all = new List<EnvironmentVariable>();
        foreach (var path in paths)
        {
            all.AddRange(DockerEnvFile.TryParse(await ReadAsync(path, cancellationToken).ConfigureAwait(false), out var variables, out var error)
                ? variables
                : throw new DockerException(DockerFailure.Refused, $"The --env-file '{path}' cannot be used: {error}"));
        }

        return all;
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DockerException(DockerFailure.Refused, $"The --env-file '{path}' cannot be read on this machine: {e.Message}", e);
        }
    }
}
