using HaWeb.Core.Effects;
using HaWeb.Core.Processes;

namespace HaWeb.Runtime.Processes;

/// <summary>Works with the processes of units.</summary>
public interface IProcessDriver
{
    /// <summary>Does what is asked.</summary>
    /// <exception cref="ProcessException">It cannot be done.</exception>
    Task<ProcessResult> ExecuteAsync(ProcessRequest request, CancellationToken cancellationToken);

    /// <summary>The processes that earlier agents have left (<see cref="Event.ProcessesListed"/>), and then every end of one (<see cref="Event.ProcessExited"/>).</summary>
    IAsyncEnumerable<Event> FollowAsync(CancellationToken cancellationToken);
}
