using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>The unit behind a backend's key, and the machine it runs on.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Machine">The machine's id.</param>
internal sealed record BackendOwner(UnitName Unit, string Machine)
{
    /// <summary>Who advertises a backend; null when it was registered by hand, or nobody knows its unit.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="item">The last part of its key: the unit without suffix; for a global unit a slash and the machine follow.</param>
    /// <param name="backend">The entry.</param>
    public static BackendOwner? Of(ClusterState state, string item, Versioned<Backend> backend)
    {
        if (backend.Lease == 0)
        {
            return null;
        }

        var slash = item.IndexOf('/', StringComparison.Ordinal);
        var instance = slash < 0 ? item : item[..slash];
        if (!UnitName.TryParse(instance + ".service", out var unit, out _))
        {
            return null;
        }

        var machine = slash < 0 ? state.Placed[unit.FullName]?.Value.Machine : item[(slash + 1)..];
        return new BackendOwner(unit, machine ?? "");
    }
}
