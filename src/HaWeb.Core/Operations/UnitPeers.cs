using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Which units are tied to which by MachineOf, the stored ones and those about to be stored.</summary>
/// <param name="state">The cluster.</param>
/// <param name="added">The files of the units about to be stored.</param>
internal sealed class UnitPeers(ClusterState state, IEnumerable<(UnitName Name, UnitFile File)> added)
{
    private readonly Dictionary<UnitName, UnitFile> _added = added.ToDictionary(unit => unit.Name, unit => unit.File);
    private readonly Dictionary<string, UnitFile?> _files = new(StringComparer.Ordinal);
    private readonly HashSet<UnitName> _acyclic = [];

    /// <param name="state">The cluster.</param>
    /// <param name="added">The units about to be stored.</param>
    public UnitPeers(ClusterState state, IEnumerable<UnitDefinition> added)
        : this(state, added.Select(unit => (unit.Name, unit.File)))
    {
    }

    public static OperationRefusal Refusal(UnitName name, IReadOnlyList<UnitName> cycle) => new(
        "MachineOfCycle",
        RefusalKind.Invalid,
        name.FullName,
        $"{name} cannot be placed: MachineOf goes round in a circle, {string.Join(" -> ", cycle)}. Remove MachineOf from one of them.");

    /// <summary>
    /// The circle of MachineOf that a unit leads into, from a unit back to itself; null when there is none.
    /// A template is judged as its instance 1, and so are instances that are not stored yet by their templates.
    /// </summary>
    public IReadOnlyList<UnitName>? FindCycle(UnitName unit)
    {
        unit = unit.IsTemplate ? unit.WithInstance("1") : unit;

        // Depth first with a path of its own: chains may be longer than the stack is deep.
        var path = new List<(UnitName Unit, Queue<UnitName> Peers)>();
        var onPath = new HashSet<UnitName>();
        Enter(unit);
        while (path.Count > 0)
        {
            var (current, peers) = path[^1];
            if (!peers.TryDequeue(out var peer))
            {
                _acyclic.Add(current);
                onPath.Remove(current);
                path.RemoveAt(path.Count - 1);
            }
            else if (onPath.Contains(peer))
            {
                return [.. path.Select(step => step.Unit).SkipWhile(step => step != peer), peer];
            }
            else if (!_acyclic.Contains(peer))
            {
                Enter(peer);
            }
        }

        return null;

        void Enter(UnitName next)
        {
            onPath.Add(next);
            path.Add((next, new Queue<UnitName>(PeersOf(next))));
        }
    }

    private IReadOnlyList<UnitName> PeersOf(UnitName unit)
    {
        foreach (var source in (ReadOnlySpan<UnitName?>)[unit, unit.Template])
        {
            if (source is not null && FileOf(source) is { } file)
            {
                return FleetOptions.Read(unit, file, out _).MachineOf;
            }
        }

        return [];
    }

    private UnitFile? FileOf(UnitName unit)
    {
        if (_added.TryGetValue(unit, out var added))
        {
            return added;
        }

        if (state.Units[unit.FullName] is not { Value.Hash: var hash })
        {
            return null;
        }

        if (!_files.TryGetValue(hash, out var file))
        {
            file = state.Files[hash] is { Value: var text } ? UnitFile.Parse(text, out _) : null;
            _files.Add(hash, file);
        }

        return file;
    }
}
