using HaWeb.Core.Storage;

namespace HaWeb.Core.Simulation;

/// <summary>A prefix that a simulated process follows, and what it has not been told yet.</summary>
/// <param name="prefix">The prefix.</param>
/// <param name="heard">What is to be done once something has happened under it.</param>
internal sealed class SimulatedFollowing(string prefix, Action<SimulatedFollowing> heard)
{
    private List<StoreEvent> _untold = [];

    public string Prefix { get; } = prefix;

    /// <summary>The store that was listed; null before.</summary>
    public ulong? ClusterId { get; private set; }

    /// <summary>The first revision that was not told when it was interrupted.</summary>
    public long Next { get; private set; }

    public bool Interrupted { get; private set; }

    /// <summary>Whether news are on their way to it.</summary>
    public bool Scheduled { get; set; }

    public void Hear(StoreEvent happened)
    {
        _untold.Add(happened);
        heard(this);
    }

    public void Interrupt(long revision)
    {
        Interrupted = true;
        Next = _untold.Count > 0 ? _untold[0].Revision : revision + 1;
    }

    public void Resume() => Interrupted = false;

    public void Listed(StoreListing listing)
    {
        ClusterId = listing.ClusterId;
        Next = listing.Revision + 1;
        Interrupted = false;
        _untold = [];
    }

    /// <summary>Takes what has happened and was not told.</summary>
    public IReadOnlyList<StoreEvent> Take(long revision)
    {
        var taken = _untold;
        _untold = taken.Count > 0 ? [] : taken;
        Next = revision + 1;
        return taken;
    }
}
