using System.Diagnostics.CodeAnalysis;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>The key of a backend that an operator may write: no unit's, and no session's.</summary>
/// <param name="Target">What messages call it.</param>
/// <param name="Key">The key.</param>
/// <param name="Raw">What it holds, readable or not; null when it is absent.</param>
/// <param name="Guards">What must hold for it to be written.</param>
internal sealed record ManualBackend(string Target, string Key, StoreEntry? Raw, IReadOnlyList<StoreCompare> Guards)
{
    /// <summary>Finds it, or refuses.</summary>
    public static bool TryFind(ClusterState state, string service, string name, PlanBuilder plan, [NotNullWhen(true)] out ManualBackend? backend)
    {
        backend = null;
        var target = $"{service}/{name}";
        if (KeyPart.Check(service) is { } wrongService)
        {
            plan.Refuse("ServiceNameInvalid", RefusalKind.Invalid, target, $"'{service}' cannot be a service's name: {wrongService}.");
            return false;
        }

        if (KeyPart.Check(name) is { } wrongName)
        {
            plan.Refuse("BackendNameInvalid", RefusalKind.Invalid, target, $"'{name}' cannot be a backend's name: {wrongName}.");
            return false;
        }

        var key = state.Keys.Backend(service, name);
        var unit = state.Keys.Unit(name + ".service");
        var raw = state.Raw(key);
        if (raw is { Lease: not 0 } || (raw is null && state.Raw(unit) is not null))
        {
            plan.Refuse(
                "BackendOfUnit",
                RefusalKind.Exists,
                target,
                $"{target} belongs to the unit {name}.service, whose machine advertises and withdraws it. Start-HaUnit and Stop-HaUnit act on it; choose another name for a backend of your own.");
            return false;
        }

        var guards = new List<StoreCompare> { StoreCompare.ModifiedAt(key, raw?.ModRevision ?? 0) };
        if (raw is null)
        {
            guards.Add(StoreCompare.Absent(unit));
        }

        backend = new ManualBackend(target, key, raw, guards);
        return true;
    }
}
