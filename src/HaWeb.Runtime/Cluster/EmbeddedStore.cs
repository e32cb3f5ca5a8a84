using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>
/// A store inside this process, that behaves as etcd does because it is the model of it: for one machine, kept in one file,
/// or in memory for simulations and tests. Safe for use by several threads.
/// </summary>
public sealed class EmbeddedStore : IClusterStore
{
    private const int LongestHistory = 20_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly object _gate = new();
    private readonly StoreState _state;
    private readonly StoreFile? _file;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startTime;
    private readonly long _startTimestamp;
    private readonly ITimer _expiry;
    private TaskCompletionSource _changed = NewSignal();
    private bool _closed;

    /// <summary>Makes a store in memory.</summary>
    /// <param name="state">What it holds; null for an empty one. Touch it through <see cref="Access"/> only from now on.</param>
    /// <param name="time">The clock that leases go by; null for the system's.</param>
    /// <param name="name">What messages call it.</param>
    public EmbeddedStore(StoreState? state = null, TimeProvider? time = null, string name = "in memory")
        : this(state ?? new StoreState(NewClusterId()), null, time, name)
    {
    }

    private EmbeddedStore(StoreState state, StoreFile? file, TimeProvider? time, string name)
    {
        _state = state;
        _file = file;
        Name = name;
        _time = time ?? TimeProvider.System;
        _startTime = _time.GetUtcNow();
        _startTimestamp = _time.GetTimestamp();
        _expiry = _time.CreateTimer(_ => OnExpiry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            ArmExpiry();
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Leases go by a clock that does not jump when the system's is set.</summary>
    private DateTimeOffset Now => _startTime + _time.GetElapsedTime(_startTimestamp);

    /// <summary>Opens a store that is kept in a file, and makes the file if need be. All leases have their full time again.</summary>
    /// <param name="path">The file. A lock file lies next to it while it is open.</param>
    /// <param name="time">The clock that leases go by; null for the system's.</param>
    /// <exception cref="StoreException">Another process has it, it cannot be used, or it is damaged; a damaged one is left as it is.</exception>
    public static EmbeddedStore Open(string path, TimeProvider? time = null)
    {
        var (file, state) = StoreFile.Open(path, NewClusterId());
        state.RefreshLeases((time ?? TimeProvider.System).GetUtcNow());
        return new EmbeddedStore(state, file, time, path);
    }

    /// <summary>
    /// Uses the model itself, with all other callers kept out; watchers then see what changed. For simulations and faults,
    /// so only of a store in memory.
    /// </summary>
    /// <exception cref="InvalidOperationException">The store is kept in a file, which would not hear of it.</exception>
    public T Access<T>(Func<StoreState, T> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        return _file is null
            ? Locked(use, CancellationToken.None)
            : throw new InvalidOperationException($"The store {Name} is kept in a file: change it through its other methods.");
    }

    /// <inheritdoc/>
    public Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken) =>
        Answer(state => state.List(prefix, revision), cancellationToken);

    /// <inheritdoc/>
    public Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Answer(Commit, cancellationToken);

        StoreCommit Commit(StoreState state)
        {
            if (_file is not null && transaction.Writes.Count > 0 && state.Accepts(transaction))
            {
                _file.Append(new StoreFileLine(Writes: [.. transaction.Writes.Select(StoreFileWrite.Of)]));
            }

            return state.Commit(transaction);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(
        string prefix, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = fromRevision;
        (ulong ClusterId, long Revision)? last = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed;
            (ulong ClusterId, long Revision) head;
            IReadOnlyList<StoreEvent> events;
            lock (_gate)
            {
                head = Read(state => (state.ClusterId, state.Revision));
                if (last is { } seen && (head.ClusterId != seen.ClusterId || head.Revision < seen.Revision))
                {
                    throw new StoreException(StoreFailure.Unavailable, $"The store {Name} was restored from a backup.");
                }

                events = Read(state => state.EventsFrom(prefix, next));
                changed = _changed.Task;
            }

            if (last is null || events.Count > 0)
            {
                yield return new StoreUpdate.Changed(head.Revision, events);
            }

            last = head;
            next = Math.Max(next, head.Revision + 1);
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        return Answer(Grant, cancellationToken);

        long Grant(StoreState state)
        {
            var whole = StoreLease.RoundUp(timeToLive);
            _file?.Append(new StoreFileLine(Grant: whole.TotalSeconds));
            return state.GrantLease(whole, Now);
        }
    }

    /// <inheritdoc/>
    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) =>
        Answer(state => state.KeepAlive(lease, Now), cancellationToken);

    /// <inheritdoc/>
    public Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken) =>
        Answer(state => state.GetRemaining(lease, Now), cancellationToken);

    /// <inheritdoc/>
    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) =>
        Answer(state => End(state, lease), cancellationToken);

    /// <summary>Closes the store; whoever watches it is told.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _closed = true;
                _expiry.Dispose();
                _file?.Dispose();
                _changed.TrySetResult();
            }
        }

        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static ulong NewClusterId() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private Task<T> Answer<T>(Func<StoreState, T> use, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Locked(use, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }
        catch (StoreException e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <summary>Runs one step on the model: leases that have run out end before it, watchers and the timer hear of it after.</summary>
    private T Locked<T>(Func<StoreState, T> use, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Read(state =>
            {
                var before = (state.ClusterId, state.Revision);
                try
                {
                    EndExpired(state);
                    return use(state);
                }
                finally
                {
                    AfterStep(before);
                }
            });
        }
    }

    private T Read<T>(Func<StoreState, T> use)
    {
        if (_closed)
        {
            throw new StoreException(StoreFailure.Unavailable, $"The store {Name} is closed.");
        }

        try
        {
            return use(_state);
        }
        catch (StoreRefusedException e)
        {
            throw StoreFailures.From(e, Name);
        }
    }

    private void EndExpired(StoreState state)
    {
        while (state.NextToExpire is { } lease && lease.Expiry <= Now)
        {
            End(state, lease.Id);
        }
    }

    private bool End(StoreState state, long lease)
    {
        if (_file is not null && state.GetRemaining(lease, Now) is not null)
        {
            _file.Append(new StoreFileLine(Revoke: lease));
        }

        return state.RevokeLease(lease);
    }

    private void AfterStep((ulong ClusterId, long Revision) before)
    {
        if (before != (_state.ClusterId, _state.Revision))
        {
            if (_state.HistoryLength > LongestHistory)
            {
                // Whoever reads along has seen the newer half long ago; who has not lists again, as with etcd.
                _state.TrimHistory(LongestHistory / 2);
            }

            _file?.RewriteWhenLong(_state);
            var changed = _changed;
            _changed = NewSignal();
            changed.TrySetResult();
        }

        ArmExpiry();
    }

    private void ArmExpiry()
    {
        if (_state.NextExpiry is not { } next)
        {
            _expiry.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // A timer counts whole milliseconds and would come a little early. One that is due by now could not be written to the file.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((next - Now).TotalMilliseconds));
        wait = wait <= TimeSpan.Zero ? RetryDelay : wait < LongestTimer ? wait : LongestTimer;
        _expiry.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void OnExpiry()
    {
        try
        {
            Locked(_ => true, CancellationToken.None);
        }
        catch (StoreException)
        {
            // Closed meanwhile, or the file cannot be written: the next call says so.
        }
    }
}
