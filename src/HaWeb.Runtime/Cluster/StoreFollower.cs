using System.Runtime.CompilerServices;
using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>
/// Follows a prefix of a store through everything that can happen to it: what is there, then every change once and in order.
/// A break is told once as <see cref="StoreUpdate.Interrupted"/> and ends with <see cref="StoreUpdate.Resumed"/>, or with
/// <see cref="StoreUpdate.Listed"/> when the changes in between cannot be had: after a compaction or a restored backup.
/// </summary>
public sealed class StoreFollower
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // No key starts with it: listing it tells the store's id and revision at the price of one small read.
    private const string Nothing = "\0";

    private readonly IClusterStore _store;
    private readonly TimeProvider _time;

    /// <summary>Makes one; it may follow several prefixes at once.</summary>
    /// <param name="store">The store.</param>
    /// <param name="time">The clock for pauses between attempts; null for the system's.</param>
    public StoreFollower(IClusterStore store, TimeProvider? time = null)
    {
        _store = store;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>
    /// Follows a prefix until cancelled. While nothing changes, the store is not read. A failure that trying again will not mend
    /// (access denied, request refused) ends it when it comes before the first list; later ones are interruptions like any other.
    /// </summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreException">The store does not let the prefix be listed at all.</exception>
    public async IAsyncEnumerable<StoreUpdate> FollowAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var progress = new Progress();
        var pause = ShortestPause;
        while (true)
        {
            var failure = default(StoreException?);
            var updates = AttemptAsync(prefix, progress, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (updates.ConfigureAwait(false))
            {
                while (true)
                {
                    (var update, failure) = await NextAsync(updates).ConfigureAwait(false);
                    if (update is null)
                    {
                        break;
                    }

                    pause = ShortestPause;
                    yield return update;
                }
            }

            if (failure is null)
            {
                continue;
            }

            if (failure.Failure == StoreFailure.Compacted)
            {
                progress.Position = null;
                continue;
            }

            if (!progress.HasListed && failure.Failure is StoreFailure.Denied or StoreFailure.Refused)
            {
                throw failure;
            }

            if (!progress.IsInterrupted)
            {
                progress.IsInterrupted = true;
                yield return new StoreUpdate.Interrupted(failure.Message);
            }

            // Not all followers of a store come back in the same instant.
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), _time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static async Task<(StoreUpdate? Update, StoreException? Failure)> NextAsync(IAsyncEnumerator<StoreUpdate> updates)
    {
        try
        {
            return (await updates.MoveNextAsync().ConfigureAwait(false) ? updates.Current : null, null);
        }
        catch (StoreException e)
        {
            return (null, e);
        }
    }

    /// <summary>Goes on from where progress is until the store fails, or ends when everything must be listed anew.</summary>
    private async IAsyncEnumerable<StoreUpdate> AttemptAsync(
        string prefix, Progress progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (progress.IsInterrupted && progress.Position is not null && await IsRestoredAsync(progress.Position, cancellationToken).ConfigureAwait(false))
        {
            progress.Position = null;
            progress.IsRestored = true;
        }

        if (progress.Position is null)
        {
            var listing = await _store.ListAsync(prefix, 0, cancellationToken).ConfigureAwait(false);
            progress.Position = new Position(listing.ClusterId, listing.Revision);
            progress.HasListed = true;
            progress.IsInterrupted = false;
            yield return new StoreUpdate.Listed(listing, progress.IsRestored);
            progress.IsRestored = false;
        }

        await foreach (var change in _store.WatchAsync(prefix, progress.Position.Revision + 1, cancellationToken).ConfigureAwait(false))
        {
            // A member that lags behind says an older revision too, so the whole cluster is asked.
            if (change.Revision < progress.Position.Revision && await IsRestoredAsync(progress.Position, cancellationToken).ConfigureAwait(false))
            {
                progress.Position = null;
                progress.IsRestored = true;
                yield break;
            }

            if (progress.IsInterrupted)
            {
                progress.IsInterrupted = false;
                yield return new StoreUpdate.Resumed();
            }

            progress.Position = progress.Position with { Revision = Math.Max(progress.Position.Revision, change.Revision) };
            if (change.Events.Count > 0)
            {
                yield return change;
            }
        }
    }

    private async Task<bool> IsRestoredAsync(Position last, CancellationToken cancellationToken)
    {
        var head = await _store.ListAsync(Nothing, 0, cancellationToken).ConfigureAwait(false);
        return head.ClusterId != last.ClusterId || head.Revision < last.Revision;
    }

    /// <summary>Up to where a store was followed.</summary>
    private sealed record Position(ulong ClusterId, long Revision);

    private sealed class Progress
    {
        /// <summary>Null when everything must be listed.</summary>
        public Position? Position { get; set; }

        public bool HasListed { get; set; }

        public bool IsInterrupted { get; set; }

        /// <summary>Whether the next listing is of another history than the last one.</summary>
        public bool IsRestored { get; set; }
    }
}
