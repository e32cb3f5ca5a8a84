namespace HaWeb.Core.LoadBalancing;

/// <summary>Which store revisions nginx's workers serve: the new ones, and the old ones that still have connections.</summary>
internal sealed class WorkerGenerations
{
    private readonly SortedDictionary<long, long> _old = [];

    /// <summary>The revision that new workers serve.</summary>
    public long Applied { get; private set; }

    /// <summary>The revision before which no old worker remains.</summary>
    public long Drained => _old.Count == 0 ? Applied : _old.Values.Min();

    /// <summary>The workers until now, which serve <see cref="Applied"/>, remain until <see cref="Ended"/> with this request.</summary>
    public void Replaced(long request) => _old[request] = Applied;

    /// <summary>New workers serve this revision. It never goes back.</summary>
    public void Serve(long revision) => Applied = Math.Max(Applied, revision);

    /// <summary>The workers of this request have ended; false when they are not known.</summary>
    public bool Ended(long request) => _old.Remove(request);

    /// <summary>No worker remains: the container has ended.</summary>
    public void Clear() => _old.Clear();

    /// <summary>Revisions start anew, and what the workers serve is not of the new history.</summary>
    public void Restart()
    {
        Applied = 0;
        foreach (var request in _old.Keys.ToList())
        {
            _old[request] = 0;
        }
    }
}
