namespace HaWeb.Core.Simulation;

/// <summary>Who follows which prefix of the simulated store, so that a change costs what it touches.</summary>
internal sealed class FollowingIndex
{
    private readonly Dictionary<string, List<SimulatedFollowing>> _byPrefix = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, int> _prefixesOfLength = [];

    public void Add(SimulatedFollowing following)
    {
        if (!_byPrefix.TryGetValue(following.Prefix, out var followings))
        {
            followings = [];
            _byPrefix.Add(following.Prefix, followings);
            _prefixesOfLength[following.Prefix.Length] = _prefixesOfLength.GetValueOrDefault(following.Prefix.Length) + 1;
        }

        followings.Add(following);
    }

    public void Remove(SimulatedFollowing following)
    {
        if (_byPrefix.TryGetValue(following.Prefix, out var followings) && followings.Remove(following) && followings.Count == 0)
        {
            _byPrefix.Remove(following.Prefix);
            if (--_prefixesOfLength[following.Prefix.Length] == 0)
            {
                _prefixesOfLength.Remove(following.Prefix.Length);
            }
        }
    }

    /// <summary>Those who follow a prefix of a key, the shortest prefix first, and of one prefix in the order they came.</summary>
    public IEnumerable<SimulatedFollowing> Of(string key)
    {
        foreach (var length in _prefixesOfLength.Keys.TakeWhile(length => length <= key.Length))
        {
            if (_byPrefix.TryGetValue(key[..length], out var followings))
            {
                foreach (var following in followings)
                {
                    yield return following;
                }
            }
        }
    }
}
