using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>The file of <c>--cidfile</c>, which says which container it is by its being there.</summary>
internal sealed class IdFile
{
    private readonly string _path;

    public IdFile(string path) => _path = path;

    /// <summary>Refuses to go on where the file of an earlier container is there.</summary>
    public void Check()
    {
        if (File.Exists(_path))
        {
            throw new DockerException(DockerFailure.Refused, $"The --cidfile '{_path}' is there already: remove it before the start, or leave the flag out.");
        }
    }

    public async Task WriteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(_path, id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DockerException(DockerFailure.Refused, $"The --cidfile '{_path}' cannot be written on this machine: {e.Message}", e);
        }
    }
}
