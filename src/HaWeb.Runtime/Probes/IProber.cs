using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;

namespace HaWeb.Runtime.Probes;

/// <summary>Makes health probes.</summary>
public interface IProber
{
    /// <summary>Makes one probe. Every failure but cancellation is an answer.</summary>
    /// <param name="id">The request, for the answer.</param>
    /// <param name="request">What to probe.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<Event.Probed> ProbeAsync(long id, ProbeRequest request, CancellationToken cancellationToken);
}
