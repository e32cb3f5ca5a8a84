using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>What one engine was told of machines that are gone, and what it may conclude from it (PROTOCOL.md section 3, "Loss needs proof").</summary>
internal sealed class EngineKnowledge(ClusterKeys keys)
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GapTolerance = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (DateTimeOffset At, bool WasSeen)> _gone = [];
    private DateTimeOffset _unbrokenSince;
    private DateTimeOffset? _brokenAt;
    private DateTimeOffset _gapEnd = DateTimeOffset.MinValue;

    /// <summary>What is stored, as far as it was told.</summary>
    public ClusterState State { get; private set; } = new(keys);

    public void Told(Event happened, DateTimeOffset now)
    {
        if (happened is not Event.Followed { Prefix: var prefix, Update: var update } || prefix != keys.Root)
        {
            return;
        }

        if (update is StoreUpdate.Interrupted)
        {
            _brokenAt ??= now;
            return;
        }

        if (update is StoreUpdate.Listed || _brokenAt is not null)
        {
            _gapEnd = _brokenAt is { } broken && now - broken > GapTolerance ? now : _gapEnd;
            _unbrokenSince = now;
            _brokenAt = null;
        }

        var isListing = update is StoreUpdate.Listed;
        if (isListing)
        {
            State = new ClusterState(keys);
        }

        State.Apply(prefix, update);
        foreach (var machine in State.Machines.Names)
        {
            if (State.Sessions.Contains(machine))
            {
                _gone.Remove(machine);
            }
            else
            {
                _gone.TryAdd(machine, (now, !isListing));
            }
        }
    }

    /// <summary>Whether it may take a machine for lost.</summary>
    public bool HasProof(string machine, DateTimeOffset now)
    {
        if (_brokenAt is not null || !_gone.TryGetValue(machine, out var gone))
        {
            return false;
        }

        var isProof = gone.WasSeen && gone.At - _unbrokenSince >= TimeToLive && gone.At - _gapEnd >= 2 * TimeToLive;
        return isProof || now - (gone.At > _unbrokenSince ? gone.At : _unbrokenSince) >= TimeToLive;
    }
}
