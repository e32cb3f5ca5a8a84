using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>Which units are MachineOf which: a unit and all that follow it, directly or through others, form a group.</summary>
public sealed class UnitTies
{
    private readonly Dictionary<string, IReadOnlyList<string>> _peers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _followers = new(StringComparer.Ordinal);

    /// <summary>Notes the units that a unit is MachineOf; none when it is not to be placed.</summary>
    public void Set(string unit, IReadOnlyList<string> peers)
    {
        foreach (var peer in PeersOf(unit))
        {
            if (_followers.TryGetValue(peer, out var followers) && followers.Remove(unit) && followers.Count == 0)
            {
                _followers.Remove(peer);
            }
        }

        _peers.Remove(unit);
        if (peers.Count == 0)
        {
            return;
        }

        _peers.Add(unit, peers);
        foreach (var peer in peers)
        {
            if (!_followers.TryGetValue(peer, out var followers))
            {
                _followers.Add(peer, followers = new SortedSet<string>(UnitNameComparer.Instance));
            }

            followers.Add(unit);
        }
    }

    /// <summary>The units that a unit is MachineOf.</summary>
    public IReadOnlyList<string> PeersOf(string unit) => _peers.TryGetValue(unit, out var peers) ? peers : [];

    /// <summary>The units that are MachineOf a unit, by name.</summary>
    public IReadOnlyCollection<string> FollowersOf(string unit) => _followers.TryGetValue(unit, out var followers) ? followers : [];

    /// <summary>The units that follow a unit, directly or through others, each after those that it follows itself.</summary>
    public IReadOnlyList<string> GroupOf(string unit)
    {
        if (!_followers.ContainsKey(unit))
        {
            return [];
        }

        // Depth of the longest way from the anchor: whoever is deeper comes later. A circle cannot be imported, and would end here.
        var depth = new Dictionary<string, int>(StringComparer.Ordinal) { [unit] = 0 };
        var open = new Queue<string>([unit]);
        while (open.TryDequeue(out var current) && depth[current] <= depth.Count)
        {
            foreach (var follower in FollowersOf(current))
            {
                if (depth.GetValueOrDefault(follower, -1) <= depth[current])
                {
                    depth[follower] = depth[current] + 1;
                    open.Enqueue(follower);
                }
            }
        }

        depth.Remove(unit);
        return [.. depth.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, UnitNameComparer.Instance).Select(pair => pair.Key)];
    }
}
