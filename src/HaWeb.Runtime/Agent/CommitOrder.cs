using System.Collections.Concurrent;
using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Agent;

/// <summary>
/// Lets commits run side by side, but never one before an earlier one that writes a key of its own: two writes of one key that overtake each other would leave
/// the older value.
/// </summary>
internal sealed class CommitOrder : IDisposable
{
    private const int AtOnce = 16;

    private readonly ConcurrentDictionary<string, Task> _last = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>Runs a commit when its turn has come. The order of the calls, which one thread at a time makes, is the order that counts.</summary>
    /// <param name="transaction">What it writes.</param>
    /// <param name="commit">Commits and tells the answer; it does not fail.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RunAsync(StoreTransaction transaction, Func<Task> commit, CancellationToken cancellationToken)
    {
        var keys = transaction.Writes.Select(write => write.Key).ToArray();
        var earlier = keys.Select(key => _last.GetValueOrDefault(key)).OfType<Task>().Distinct().ToArray();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var key in keys)
        {
            _last[key] = done.Task;
        }

        return RunAsync();

        async Task RunAsync()
        {
            try
            {
                await Task.WhenAll(earlier).WaitAsync(cancellationToken).ConfigureAwait(false);
                await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    await commit().ConfigureAwait(false);
                }
                finally
                {
                    _places.Release();
                }
            }
            finally
            {
                foreach (var key in keys)
                {
                    _last.TryRemove(KeyValuePair.Create(key, done.Task));
                }

                done.SetResult();
            }
        }
    }

    public void Dispose() => _places.Dispose();
}
