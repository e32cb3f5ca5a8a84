using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Which addresses balancers share: one address belongs to one template, and two on one network need two virtual router ids.</summary>
/// <param name="state">The cluster.</param>
/// <param name="added">The units about to be stored.</param>
internal sealed class SharedAddresses(ClusterState state, IReadOnlyList<UnitDefinition> added)
{
    private List<(UnitName Owner, VirtualAddress Address)>? _stored;

    /// <summary>Why a unit cannot have the address that it asks for; null when it can, or asks for none.</summary>
    public OperationRefusal? Conflict(UnitDefinition unit)
    {
        if (unit.HaWeb.VirtualIP is not { } address)
        {
            return null;
        }

        _stored ??= [.. Stored()];
        var others = _stored.Concat(added.TakeWhile(other => !ReferenceEquals(other, unit)).Where(other => other.HaWeb.VirtualIP is not null).Select(other => (Owner: OwnerOf(other.Name), Address: other.HaWeb.VirtualIP!)))
            .Where(other => other.Owner != OwnerOf(unit.Name));
        foreach (var (owner, other) in others)
        {
            if (other.Address == address.Address)
            {
                return new OperationRefusal(
                    "VirtualIPTaken", RefusalKind.Invalid, unit.Name.FullName, $"{unit.Name} asks for VirtualIP={address}, which {owner} has: only the balancers of one template share an address. Give it another one.");
            }

            if (other.RouterId == address.RouterId && other.SharesNetworkWith(address))
            {
                return new OperationRefusal(
                    "VirtualRouterIdTaken",
                    RefusalKind.Invalid,
                    unit.Name.FullName,
                    $"{unit.Name} asks for VirtualIP={address} and {owner} has {other}: both would be virtual router {address.RouterId} on one network, which is an address' last number. Choose an address with another last number.");
            }
        }

        return null;
    }

    private static UnitName OwnerOf(UnitName unit) => unit.Template ?? unit;

    private IEnumerable<(UnitName Owner, VirtualAddress Address)> Stored()
    {
        // What an update gives its instances, or would go back to, counts as stored.
        var updating = state.Updates.Entries.Where(update => update.Value.Value.IsUnderWay).SelectMany(update => new (string Unit, string Hash)[] { (update.Key, update.Value.Value.From), (update.Key, update.Value.Value.To) });
        var stored = state.Units.Entries.Select(unit => (Unit: unit.Key, unit.Value.Value.Hash)).Concat(updating);
        foreach (var file in stored.GroupBy(unit => unit.Hash, unit => unit.Unit, StringComparer.Ordinal))
        {
            // Few files have one: the others need not be parsed.
            if (state.Files[file.Key] is not { Value: var text } || !text.Contains("VirtualIP", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var unit in file)
            {
                if (UnitName.TryParse(unit, out var name, out _)
                    && HaWebOptions.Read(name.IsTemplate ? name.WithInstance("1") : name, UnitFile.Parse(text, out _), out _).VirtualIP is { } address)
                {
                    yield return (OwnerOf(name), address);
                }
            }
        }
    }
}
