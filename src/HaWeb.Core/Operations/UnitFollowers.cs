using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Which running units are stopped and restarted with which others of their machine, by what their <c>[Unit]</c> sections say.</summary>
/// <param name="state">The cluster.</param>
internal sealed class UnitFollowers(ClusterState state)
{
    private static readonly (string Key, Func<DependencyOptions, IReadOnlyList<string>> Of)[] Ties =
    [
        (nameof(DependencyOptions.BindsTo), options => options.BindsTo),
        (nameof(DependencyOptions.Requires), options => options.Requires),
        (nameof(DependencyOptions.Requisite), options => options.Requisite),
        (nameof(DependencyOptions.PartOf), options => options.PartOf),
    ];

    // Most files tie their units to none, and instances share theirs.
    private readonly Dictionary<string, UnitFile?> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ILookup<string, UnitFollower>> _machines = new(StringComparer.Ordinal);

    /// <summary>Those that follow a unit where it has its places, directly or by way of others, the nearest first.</summary>
    public IReadOnlyList<UnitFollower> Of(string unit)
    {
        var found = new List<UnitFollower>();
        foreach (var machine in state.Placements.OwnersOf(unit))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal) { unit };
            var open = new Queue<string>(seen);
            while (open.TryDequeue(out var leader))
            {
                foreach (var follower in On(machine)[leader].Where(follower => seen.Add(follower.Unit)))
                {
                    found.Add(follower);
                    open.Enqueue(follower.Unit);
                }
            }
        }

        return found;
    }

    private ILookup<string, UnitFollower> On(string machine)
    {
        if (!_machines.TryGetValue(machine, out var followers))
        {
            _machines.Add(machine, followers = state.Placements[machine].Entries
                .Where(entry => state.Status[machine, entry.Key]?.Value is { Active: not ("inactive" or "failed") })
                .SelectMany(entry => TiesOf(entry.Key, entry.Value.Value.Hash))
                .ToLookup(follower => follower.Leader, StringComparer.Ordinal));
        }

        return followers;
    }

    private IEnumerable<UnitFollower> TiesOf(string unit, string hash)
    {
        if (FileOf(hash) is not { } file || !UnitName.TryParse(unit, out var name, out _))
        {
            return [];
        }

        var options = new DependencyOptionsReader(name, new OptionProblems()).Read(file);
        return Ties.SelectMany(tie => tie.Of(options).Select(leader => new UnitFollower(unit, leader, tie.Key))).DistinctBy(follower => follower.Leader, StringComparer.Ordinal);
    }

    private UnitFile? FileOf(string hash)
    {
        if (!_files.TryGetValue(hash, out var file))
        {
            var text = state.Files[hash]?.Value;
            file = text is not null && Ties.Any(tie => text.Contains(tie.Key, StringComparison.Ordinal)) ? UnitFile.Parse(text, out _) : null;
            _files.Add(hash, file);
        }

        return file;
    }
}
