namespace HaWeb.Core.LoadBalancing;

/// <summary>Which store revisions nginx's workers serve, and which changes of the config: the new ones, and the old ones that still have connections.</summary>
internal sealed class WorkerGenerations
{
    private readonly SortedDictionary<long, Generation> _old = [];
    private Generation _new;

    /// <summary>The revision that new workers serve.</summary>
    public long Applied => _new.Revision;

    /// <summary>The revision before which no old worker remains.</summary>
    public long Drained => _old.Count == 0 ? Applied : _old.Values.Min(old => old.Revision);

    /// <summary>The change before which no old worker remains. Not every change has a revision of its own: probes ask for some.</summary>
    public long DrainedChange => _old.Count == 0 ? _new.Change : _old.Values.Min(old => old.Change);

    /// <summary>The workers until now, which serve <see cref="Applied"/>, remain until <see cref="Ended"/> with this request.</summary>
    public void Replaced(long request) => _old[request] = _new;

    /// <summary>New workers serve this revision and this change. Neither ever goes back.</summary>
    public void Serve(long revision, long change) => _new = new Generation(Math.Max(_new.Revision, revision), Math.Max(_new.Change, change));

    /// <summary>The workers of this request have ended; false when they are not known.</summary>
    public bool Ended(long request) => _old.Remove(request);

    /// <summary>No worker remains: the container has ended.</summary>
    public void Clear() => _old.Clear();

    /// <summary>Revisions start anew, and what the workers serve is not of the new history.</summary>
    public void Restart()
    {
        _new = _new with { Revision = 0 };
        foreach (var (request, old) in _old.ToList())
        {
            _old[request] = old with { Revision = 0 };
        }
    }

    private readonly record struct Generation(long Revision, long Change);
}
