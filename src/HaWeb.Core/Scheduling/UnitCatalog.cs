using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>The definitions of units by name and hash, read once from the stored files.</summary>
public sealed class UnitCatalog
{
    private readonly ClusterState _state;
    // A file never changes under its hash, so one that is wrong stays wrong; one that is missing may come.
    private readonly Dictionary<(string Unit, string Hash), UnitDefinition?> _definitions = [];
    private readonly Dictionary<(string Unit, string Hash), PlacementRules> _rules = [];

    /// <summary>Makes one that reads the files of a state.</summary>
    public UnitCatalog(ClusterState state) => _state = state;

    /// <summary>A unit's definition; null when the file is not stored or is wrong.</summary>
    public UnitDefinition? Find(string unit, string hash)
    {
        if (_definitions.TryGetValue((unit, hash), out var known))
        {
            return known;
        }

        if (_state.Files[hash] is not { } file || !UnitName.TryParse(unit, out var name, out _))
        {
            return null;
        }

        return _definitions[(unit, hash)] = UnitLinter.Check(name, file.Value).Definition;
    }

    /// <summary>A unit's rules; null when the file is not stored or is wrong.</summary>
    public PlacementRules? RulesOf(string unit, string hash)
    {
        if (_rules.TryGetValue((unit, hash), out var known))
        {
            return known;
        }

        return Find(unit, hash) is { } definition ? _rules[(unit, hash)] = PlacementRules.Of(definition) : null;
    }
}
