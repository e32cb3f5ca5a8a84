namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>A request that a Docker Engine was sent.</summary>
/// <param name="Method">POST, GET ...</param>
/// <param name="Path">The path, decoded, without the version of the API.</param>
/// <param name="Query">The query, decoded.</param>
/// <param name="Body">The body; for an archive the list of what is in it.</param>
public sealed record EngineRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, string Body)
{
    /// <summary>The status of the answer.</summary>
    public int Status { get; init; }
}
