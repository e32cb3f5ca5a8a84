using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Keepalived;

/// <summary>The keepaliveds of this machine's balancers, and the addresses that they move.</summary>
public interface IKeepalivedDriver
{
    /// <summary>Does what is asked.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="cancellationToken">Ends the waiting; a keepalived that was started runs on.</param>
    /// <returns>What came of it; failures are <see cref="KeepalivedResult.Failed"/>.</returns>
    Task<KeepalivedResult> ExecuteAsync(KeepalivedRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// First which keepaliveds run (<see cref="Event.KeepalivedFound"/>) and the machine's addresses (<see cref="Event.AddressesListed"/>), then every change of
    /// the addresses, what each keepalived says that it is (<see cref="Event.KeepalivedTold"/>), and the end of every keepalived that nobody asked for (<see cref="Event.KeepalivedEnded"/>). To be called once.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<Event> FollowAsync(CancellationToken cancellationToken);
}
