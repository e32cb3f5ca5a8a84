using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Reads the files of variables that <c>--env-file</c> names, as the docker command does: no quotes, no expansion.</summary>
internal static class EnvironmentFiles
{
    public static async Task<IReadOnlyList<EnvironmentVariable>> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var variables = new List<EnvironmentVariable>();
        foreach (var path in paths)
        {
            try
            {
                foreach (var line in await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false))
                {
                    if (line.TrimStart() is { Length: > 0 } text && text[0] != '#')
                    {
                        var equals = text.IndexOf('=', StringComparison.Ordinal);
                        variables.Add(equals < 0 ? new EnvironmentVariable(text, null) : new EnvironmentVariable(text[..equals], text[(equals + 1)..]));
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DockerException(DockerFailure.Refused, $"The --env-file '{path}' cannot be read on this machine: {e.Message}", e);
            }
        }

        return variables;
    }
}
