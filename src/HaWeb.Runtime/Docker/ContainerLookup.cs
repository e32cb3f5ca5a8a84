using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Finds containers, and keeps everyone's hands off those of others (PROTOCOL.md rule 11).</summary>
internal sealed class ContainerLookup
{
    private const int ShortestId = 12;

    private readonly DockerConnection _connection;
    private readonly string? _clusterId;

    /// <param name="connection">The engine.</param>
    /// <param name="clusterId">The cluster whose containers may be touched; null for any container.</param>
    public ContainerLookup(DockerConnection connection, string? clusterId)
    {
        _connection = connection;
        _clusterId = clusterId;
    }

    /// <summary>The container of this cluster with this id or name.</summary>
    /// <exception cref="DockerException">There is none, or it is not this cluster's.</exception>
    public async Task<ContainerInspectResponse> GetAsync(string container, CancellationToken cancellationToken)
    {
        var found = await FindAsync(container, cancellationToken).ConfigureAwait(false)
            ?? throw new DockerException(DockerFailure.NoSuchContainer, $"There is no container '{container}'.");
        return IsOurs(found)
            ? found
            : throw new DockerException(DockerFailure.Foreign, $"The container '{container}' does not belong to this cluster: it is left alone.");
    }

    /// <summary>Any container with this id or name, or null.</summary>
    public async Task<ContainerInspectResponse?> FindAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            // The name goes into a path: one with a slash or a question mark would ask for something else.
            var asked = Uri.EscapeDataString(container);
            var found = await _connection.CallAsync((client, token) => client.Containers.InspectContainerAsync(asked, token), cancellationToken)
                .ConfigureAwait(false);
            return Answers(found.Name.TrimStart('/'), found.ID, container.TrimStart('/')) ? found : null;
        }
        catch (DockerException e) when (e.Failure == DockerFailure.NoSuchContainer || IsAmbiguous(e))
        {
            return null;
        }
    }

    public bool IsOurs(ContainerInspectResponse container) => IsOurs(container.Config?.Labels);

    /// <summary>Whether something with these labels is this cluster's.</summary>
    public bool IsOurs(IDictionary<string, string>? labels) =>
        _clusterId is null || (labels is not null && labels.TryGetValue(ContainerLabels.ClusterLabel, out var cluster) && cluster == _clusterId);

    // What begins several ids is the name of none: a name or a whole id would have been found first.
    private static bool IsAmbiguous(DockerException e) => e.Message.StartsWith("Multiple IDs found", StringComparison.Ordinal);

    /// <summary>
    /// Whether something that was found is what was asked for. Docker takes the first digits of an id for the id; a name such as "cafe" must not find a stranger
    /// that way.
    /// </summary>
    public static bool Answers(string name, string id, string asked) =>
        name == asked || id == asked || (asked.Length >= ShortestId && id.StartsWith(asked, StringComparison.Ordinal));
}
