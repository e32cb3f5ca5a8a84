using HaWeb.Core.Containers;
using HaWeb.Core.Effects;

namespace HaWeb.Runtime.Docker;

/// <summary>A machine's containers, as an agent works with them.</summary>
public interface IDockerEngine
{
    /// <summary>Does what is asked, within a deadline of its own.</summary>
    /// <exception cref="DockerException">It was not done, or it is not known whether it was.</exception>
    Task<DockerResult> ExecuteAsync(DockerRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Follows the cluster's containers until cancelled: <see cref="Event.ContainersListed"/> first, then what happens to them;
    /// <see cref="Event.DockerLost"/> once when the engine goes silent, and a new list when it is back. It never fails.
    /// </summary>
    IAsyncEnumerable<Event> FollowAsync(CancellationToken cancellationToken);
}
