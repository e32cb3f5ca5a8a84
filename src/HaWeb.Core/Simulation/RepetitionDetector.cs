using System.Globalization;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Simulation;

/// <summary>
/// Notices when the store of a simulated world holds again what it held before. Times, revisions and ids do not count; how often a unit was restarted counts
/// up to its own limits, since until then the next restart may be the last.
/// </summary>
internal sealed class RepetitionDetector
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly SimulatedWorld _world;
    private readonly HashSet<ulong> _seen = [0];
    private readonly Dictionary<string, int> _limits = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _units = new(StringComparer.Ordinal);

    // The exclusive or of the differences since the start: 0 whenever the store is what it was then.
    private ulong _digest;
    private long _revision;

    public RepetitionDetector(SimulatedWorld world)
    {
        _world = world;
        _revision = world.Store.Revision;
    }

    /// <summary>The units whose status changed meanwhile.</summary>
    public IReadOnlyCollection<string> Units => _units;

    /// <summary>Looks at what has changed since the last look; whether the store now holds what it held before.</summary>
    public bool Look()
    {
        if (_world.Store.Revision == _revision)
        {
            return false;
        }

        var before = _digest;
        foreach (var happened in _world.Store.EventsFrom("", _revision + 1))
        {
            _digest ^= Hash(happened.Key, happened.Previous) ^ Hash(happened.Key, happened.Entry);
        }

        _revision = _world.Store.Revision;
        return _digest != before && !_seen.Add(_digest);
    }

    private ulong Hash(string key, StoreEntry? entry)
    {
        if (entry is null)
        {
            return 0;
        }

        var hash = Basis;
        foreach (var text in (ReadOnlySpan<string>)[key, "\0", Essence(key, entry.Value)])
        {
            foreach (var letter in text)
            {
                hash = (hash ^ letter) * Prime;
            }
        }

        return hash;
    }

    private string Essence(string key, string value)
    {
        var parsed = _world.Keys.Parse(key);
        switch (parsed?.Table)
        {
            case ClusterTable.Status when RecordCodec.TryRead<StatusRecord>(value, out _) is { } status:
                _units.Add(parsed.Value.Item);
                var restarts = Math.Min(status.Restarts, LimitOf(parsed.Value.Item, status.Hash));
                return string.Create(CultureInfo.InvariantCulture, $"{status.Load} {status.Active} {status.Sub} {status.Hash} {status.Healthy} {status.ExitCode} {status.Restart} {restarts}");
            case ClusterTable.Machines when RecordCodec.TryRead<MachineRecord>(value, out _) is { } machine:
                return machine.DockerDownSince is null ? "" : "no docker";
            case ClusterTable.Sessions or ClusterTable.Engine or ClusterTable.Balancers:
                return "";
            default:
                return value;
        }
    }

    /// <summary>After so many restarts one more makes no difference.</summary>
    private int LimitOf(string unit, string hash)
    {
        if (!_limits.TryGetValue(hash, out var limit))
        {
            limit = UnitName.TryParse(unit, out var name, out _) && _world.Store.Get(_world.Keys.File(hash)) is { } file && UnitLinter.Check(name, file.Value).Definition is { } definition
                ? 1 + Math.Max(definition.Service.StartLimitBurst, definition.HaWeb.MaxRestarts)
                : 1;
            _limits.Add(hash, limit);
        }

        return limit;
    }
}
