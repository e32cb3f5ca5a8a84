using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>One of those that a rolling update is about: an instance, a plain unit, or a global unit on one machine.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Machine">The machine, of a global unit; null for any other.</param>
/// <param name="Hash">The hash of the file that it is to run.</param>
/// <param name="Target">The hash that the update gives it; its own where the update has nothing to do with it.</param>
/// <param name="Record">What is wanted of the unit.</param>
/// <param name="Place">The machine that it is placed on; null while it is on none.</param>
internal sealed record RollingMember(string Unit, string? Machine, string Hash, string Target, Versioned<UnitRecord> Record, string? Place)
{
    /// <summary>Its name among the former hashes of the update.</summary>
    public string Key => KeyOf(Unit, Machine);

    /// <summary>Whether it has not been told yet.</summary>
    public bool IsPending => Hash != Target;

    /// <summary>The name of a unit, or of a global unit on a machine, among the former hashes of an update.</summary>
    public static string KeyOf(string unit, string? machine) => machine is null ? unit : $"{unit}/{machine}";

    /// <summary>Everything that an update is about, in the order people count.</summary>
    public static IEnumerable<RollingMember> Of(ClusterState state, PlacementView view, string name, UpdateRecord update) =>
        Of(state, UnitsOf(state, view, name), view.IsGlobal, update);

    /// <summary>As the other, for who has no view of the placements and needs none: it goes by what is stored.</summary>
    public static IEnumerable<RollingMember> Of(ClusterState state, string name, UpdateRecord update) => Of(
        state,
        IsTemplate(name) ? state.Units.Entries.Where(unit => unit.Value.Value.Template == name).Select(unit => unit.Key).Order(UnitNameComparer.Instance) : state.Units.Contains(name) ? [name] : [],
        unit => state.Placed[unit] is null && state.Placements.OwnersOf(unit).Count > 0,
        update);

    private static IEnumerable<RollingMember> Of(ClusterState state, IEnumerable<string> units, Func<string, bool> isGlobal, UpdateRecord update)
    {
        foreach (var unit in units)
        {
            var record = state.Units[unit]!;
            if (!isGlobal(unit))
            {
                var place = state.Placements.OwnersOf(unit).FirstOrDefault(machine => state.Placed[unit]?.Value.Machine == machine);
                yield return new RollingMember(unit, null, record.Value.Hash, TargetOf(update, unit, record.Value.Hash), record, place);
                continue;
            }

            foreach (var machine in state.Placements.OwnersOf(unit).Where(machine => state.Placements[machine, unit]!.Value.State != PlacementState.Leave))
            {
                var hash = state.Placements[machine, unit]!.Value.Hash;
                yield return new RollingMember(unit, machine, hash, TargetOf(update, KeyOf(unit, machine), hash), record, machine);
            }
        }
    }

    /// <summary>The records that name the file for what comes later, and get the new hash when all others have it: the template's, and those of global units.</summary>
    public static IEnumerable<(string Unit, Versioned<UnitRecord> Record, string Target)> HeadsOf(ClusterState state, PlacementView view, string name, UpdateRecord update) =>
        UnitsOf(state, view, name).Where(view.IsGlobal).Append(name).Where(unit => state.Units.Contains(unit)).Distinct(StringComparer.Ordinal)
            .Select(unit => (unit, state.Units[unit]!, TargetOf(update, unit, state.Units[unit]!.Value.Hash)));

    private static IReadOnlyCollection<string> UnitsOf(ClusterState state, PlacementView view, string name) =>
        state.Units[name] is null ? [] : IsTemplate(name) ? view.InstancesOf(name) : [name];

    private static bool IsTemplate(string name) => name.Contains("@.", StringComparison.Ordinal);

    private static string TargetOf(UpdateRecord update, string key, string hash) =>
        update.State == UpdateState.Running ? update.To
        : hash == update.To ? update.Before.GetValueOrDefault(key, update.From)
        : hash;
}
