using System.Collections.Concurrent;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Nginx;

/// <summary>The containers of an engine in which a balancer is worked with. One that is in sight, and runs on, is not asked for again.</summary>
/// <param name="engine">The engine.</param>
/// <param name="program">The program in the containers.</param>
/// <param name="looks">Whether containers are looked for on this machine; else all is asked of the engine.</param>
internal sealed class ContainerPlaces(DockerEngine engine, BalancerProgram program, bool looks = true)
{
    private readonly ConcurrentDictionary<string, BalancerInContainer> _certain = new(StringComparer.Ordinal);

    /// <summary>The place in a container that runs.</summary>
    /// <exception cref="NginxUnreachableException">It does not run, or the engine does not tell.</exception>
    public async Task<IBalancerPlace> OpenAsync(string container, CancellationToken cancellationToken)
    {
        if (_certain.TryGetValue(container, out var known) && known.IsCertain)
        {
            return known;
        }

        _certain.TryRemove(container, out _);
        var place = await BalancerInContainer.OpenAsync(engine, program, container, looks, cancellationToken).ConfigureAwait(false);
        if (place.IsCertain)
        {
            _certain[container] = place;
        }

        return place;
    }
}
