namespace HaWeb.Core.Storage;

/// <summary>What a follower of a prefix is told: the whole, then changes; a break in between is said and not hidden.</summary>
public abstract record StoreUpdate
{
    private StoreUpdate()
    {
    }

    /// <summary>The prefix as a whole: at the start, after a compaction, and when the store was restored from a backup.</summary>
    /// <param name="Listing">All its keys at one revision.</param>
    /// <param name="IsOtherHistory">Whether the store is another one than before, or was restored from a backup: revisions known from before mean nothing.</param>
    public sealed record Listed(StoreListing Listing, bool IsOtherHistory = false) : StoreUpdate;

    /// <summary>Every change of one or more revisions, in order, with none missing since the last update.</summary>
    /// <param name="Revision">The last revision that these events bring the follower to.</param>
    /// <param name="Events">The changes.</param>
    public sealed record Changed(long Revision, IReadOnlyList<StoreEvent> Events) : StoreUpdate;

    /// <summary>The store cannot be followed just now. What was told before stays the best knowledge there is.</summary>
    /// <param name="Reason">What failed, for people.</param>
    public sealed record Interrupted(string Reason) : StoreUpdate;

    /// <summary>Following goes on without a gap in revisions after <see cref="Interrupted"/>.</summary>
    public sealed record Resumed : StoreUpdate;
}
