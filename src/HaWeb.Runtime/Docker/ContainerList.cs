using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Lists the containers of a cluster on one engine, with all that only a look at each tells.</summary>
internal sealed class ContainerList
{
    private const int LooksAtOnce = 8;
    private const int Attempts = 5;

    private readonly DockerConnection _connection;
    private readonly string _clusterId;
    private readonly ChangeCount _changes;

    /// <param name="connection">The engine.</param>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="changes">What we change ourselves.</param>
    public ContainerList(DockerConnection connection, string clusterId, ChangeCount changes)
    {
        _connection = connection;
        _clusterId = clusterId;
        _changes = changes;
    }

    /// <summary>
    /// The containers in ordinal order of their ids. A list during which a request of ours was answered is taken again: told after that answer, it would take
    /// back what the answer said.
    /// </summary>
    public async Task<IReadOnlyList<ContainerInspectResponse>> ReadAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = _changes.Count;
            var containers = await ReadOnceAsync(cancellationToken).ConfigureAwait(false);
            if (_changes.Count == before || attempt == Attempts)
            {
                return containers;
            }
        }
    }

    private async Task<IReadOnlyList<ContainerInspectResponse>> ReadOnceAsync(CancellationToken cancellationToken)
    {
        var parameters = new ContainersListParameters
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
            {
                ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [$"{ContainerLabels.ClusterLabel}={_clusterId}"] = true },
            },
        };
        var listed = await _connection.CallAsync((client, token) => client.Containers.ListContainersAsync(parameters, token), cancellationToken)
            .ConfigureAwait(false);
        var found = new ContainerInspectResponse?[listed.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, listed.Count, options, async (index, token) => found[index] = await LookAsync(listed[index].ID, token).ConfigureAwait(false))
            .ConfigureAwait(false);
        return [.. found.OfType<ContainerInspectResponse>().OrderBy(container => container.ID, StringComparer.Ordinal)];
    }

    /// <summary>One container, or null when it went in the meantime.</summary>
    private async Task<ContainerInspectResponse?> LookAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.CallAsync((client, token) => client.Containers.InspectContainerAsync(id, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException e) when (e.Failure == DockerFailure.NoSuchContainer)
        {
            return null;
        }
    }
}
