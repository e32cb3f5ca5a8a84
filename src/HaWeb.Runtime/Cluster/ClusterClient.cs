using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Simulated;

namespace HaWeb.Runtime.Cluster;

/// <summary>What an operator's session holds of a cluster: reads its state, follows it, and carries out operations on it.</summary>
public sealed class ClusterClient : IAsyncDisposable
{
    /// <summary>How long connecting may take unless it is said otherwise.</summary>
    public static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private const int ReadAttempts = 3;
    private const int WatchBacklog = 256;

    // No key starts with it: a list of it is the least that a store can be asked.
    private const string Nothing = "\0";

    private readonly TimeProvider _time;

    /// <summary>Makes one for a store that is open, and owns it from now on.</summary>
    /// <param name="store">The store.</param>
    /// <param name="keys">The layout of the keys.</param>
    /// <param name="kind">What holds the state.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public ClusterClient(IClusterStore store, ClusterKeys keys, ClusterKind kind, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
        Keys = keys;
        Kind = kind;
        Simulation = (store as SimulatedStore)?.Cluster;
        _time = time ?? Simulation?.Time ?? TimeProvider.System;
    }

    /// <summary>The store.</summary>
    public IClusterStore Store { get; }

    /// <summary>The layout of the keys.</summary>
    public ClusterKeys Keys { get; }

    /// <summary>What holds the state.</summary>
    public ClusterKind Kind { get; }

    /// <summary>The simulated cluster; null for a real one. A simulated cluster has settled before its state is given out.</summary>
    public SimulatedCluster? Simulation { get; }

    /// <summary>The time by the cluster's clock.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Opens a cluster's store and proves that it answers.</summary>
    /// <param name="connection">Where it is.</param>
    /// <param name="timeout">How long it may take; null for <see cref="DefaultConnectTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">An endpoint, a certificate file or the login is given wrongly.</exception>
    /// <exception cref="StoreException">It does not answer in time, or refuses; the message says which endpoint and why.</exception>
    public static async Task<ClusterClient> ConnectAsync(ClusterConnection connection, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var limit = timeout ?? DefaultConnectTimeout;
        var store = connection.Open();
        var failure = await TryAnswerAsync(store, limit, cancellationToken).ConfigureAwait(false);
        if (failure is null)
        {
            return new ClusterClient(store, connection.Keys, connection.Kind);
        }

        await store.DisposeAsync().ConfigureAwait(false);
        throw connection.Parts.Count == 1 ? failure : await ExplainAsync(connection, failure, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the whole state, at one revision.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ClusterState> ReadAsync(CancellationToken cancellationToken)
    {
        Simulation?.Settle(null, cancellationToken);
        return (await ReadWithIdAsync(cancellationToken).ConfigureAwait(false)).State;
    }

    /// <summary>The cluster's id, which is made now if nothing has made it before.</summary>
    /// <exception cref="StoreException">The store cannot be read or written, or the id cannot be read.</exception>
    public async Task<string> GetClusterIdAsync(CancellationToken cancellationToken)
    {
        var (state, storeId) = await ReadWithIdAsync(cancellationToken).ConfigureAwait(false);
        if (state.Cluster is { } cluster)
        {
            return cluster.Value.Id;
        }

        var outcome = await ApplyAsync(new EnsureCluster(storeId), cancellationToken).ConfigureAwait(false);
        state = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return state.Cluster?.Value.Id
            ?? throw new StoreException(StoreFailure.Refused, outcome.Refusals.Select(refusal => refusal.Message).FirstOrDefault($"The store {Store.Name} keeps losing the key {Keys.Cluster}."));
    }

    /// <summary>
    /// Follows the state until cancelled: first as it is, with no key changed, then after every change. It survives whatever happens to the store.
    /// The state is one object that changes: use it before asking for the next element.
    /// </summary>
    /// <param name="interrupted">Is told why the store cannot be followed just now, and null once it can be again; may be null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreException">The store does not let itself be listed at all.</exception>
    public IAsyncEnumerable<(ClusterState State, IReadOnlyList<ClusterKey> Changed)> WatchAsync(Action<string?>? interrupted, CancellationToken cancellationToken) =>
        WatchAsync(interrupted, null, cancellationToken);

    /// <summary>
    /// As the other, for a limited time by the cluster's clock. On a simulated cluster nothing can happen while somebody waits: it settles, at most for that
    /// time, and what it is then is all that comes, but for what timers start within the rest of that time.
    /// </summary>
    /// <param name="interrupted">Is told why the store cannot be followed just now, and null once it can be again; may be null.</param>
    /// <param name="limit">How long; null for no limit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreException">The store does not let itself be listed at all.</exception>
    public async IAsyncEnumerable<(ClusterState State, IReadOnlyList<ClusterKey> Changed)> WatchAsync(
        Action<string?>? interrupted, TimeSpan? limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Simulation is not null)
        {
            var end = Now + (limit ?? TimeSpan.Zero);
            Simulation.Settle(limit, cancellationToken);
            do
            {
                if (await TryReadAsync(interrupted, cancellationToken).ConfigureAwait(false) is { } settled)
                {
                    yield return (settled, []);
                }
            }
            while (Simulation.GoOn(end, cancellationToken));

            yield break;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (limit < LongestTimer)
        {
            deadline.CancelAfter(limit.Value);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var updates = Channel.CreateBounded<(string Prefix, StoreUpdate Update)>(WatchBacklog);
        string[] prefixes = [Keys.Root, Keys.ServicesRoot];
        var pumps = prefixes.Select(prefix => PumpAsync(prefix, updates.Writer, ending.Token)).ToList();
        try
        {
            var state = new ClusterState(Keys);
            var missing = new HashSet<string>(prefixes, StringComparer.Ordinal);
            var broken = new HashSet<string>(StringComparer.Ordinal);
            while (await HasMoreAsync(updates.Reader, deadline.Token, cancellationToken).ConfigureAwait(false))
            {
                var (prefix, update) = await updates.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                Tell(interrupted, broken, prefix, update);
                var changed = state.Apply(prefix, update);
                if (missing.Count > 0)
                {
                    if (update is StoreUpdate.Listed && missing.Remove(prefix) && missing.Count == 0)
                    {
                        yield return (state, []);
                    }
                }
                else if (changed.Count > 0)
                {
                    yield return (state, changed);
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(pumps).ConfigureAwait(false);
        }
    }

    /// <summary>Plans an operation on the present state and carries it out.</summary>
    /// <exception cref="StoreException">The store cannot be read or written; the message says how much was done.</exception>
    public async Task<OperationOutcome> ApplyAsync(IOperation operation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var state = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return await new ClusterClientRun(this, _time, state.Revision).RunAsync(operation.Plan(state, _time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Carries out a plan. Where the cluster has moved on since it was made, the operation is planned again.</summary>
    /// <exception cref="StoreException">The store cannot be read or written; the message says how much was done.</exception>
    public Task<OperationOutcome> ApplyAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new ClusterClientRun(this, _time, 0).RunAsync(plan, cancellationToken);
    }

    /// <summary>Lets go of the store.</summary>
    public ValueTask DisposeAsync() => Store.DisposeAsync();

    /// <summary>Waits for the next update; false when the time is over.</summary>
    private static async Task<bool> HasMoreAsync(
        ChannelReader<(string Prefix, StoreUpdate Update)> updates, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            deadline.ThrowIfCancellationRequested();
            return await updates.WaitToReadAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static void Tell(Action<string?>? interrupted, HashSet<string> broken, string prefix, StoreUpdate update)
    {
        if (update is StoreUpdate.Interrupted { Reason: var reason })
        {
            if (broken.Add(prefix) && broken.Count == 1)
            {
                interrupted?.Invoke(reason);
            }
        }
        else if (broken.Remove(prefix) && broken.Count == 0)
        {
            interrupted?.Invoke(null);
        }
    }

    /// <summary>Asks the store for the least there is; null when it answers.</summary>
    private static async Task<StoreException?> TryAnswerAsync(IClusterStore store, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await store.ListAsync(Nothing, 0, deadline.Token).ConfigureAwait(false);
            return null;
        }
        catch (StoreException e)
        {
            return e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new StoreException(StoreFailure.Unavailable, $"The store {store.Name} did not answer within {limit.TotalSeconds:0.#} s.", e);
        }
    }

    private static async Task<StoreException> ExplainAsync(ClusterConnection connection, StoreException failure, TimeSpan limit, CancellationToken cancellationToken)
    {
        var reasons = await Task.WhenAll(connection.Parts.Select(async part =>
        {
            var store = part.Open();
            await using (store.ConfigureAwait(false))
            {
                return (await TryAnswerAsync(store, limit, cancellationToken).ConfigureAwait(false))?.Message ?? $"{store.Name} answers now.";
            }
        })).ConfigureAwait(false);
        return new StoreException(failure.Failure, "No endpoint of the cluster answers:\n" + string.Join('\n', reasons), failure);
    }

    /// <summary>Reads a simulated cluster as it is; null when its store does not answer.</summary>
    private async Task<ClusterState?> TryReadAsync(Action<string?>? interrupted, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadWithIdAsync(cancellationToken).ConfigureAwait(false)).State;
        }
        catch (StoreException exception) when (exception.Failure == StoreFailure.Unavailable)
        {
            interrupted?.Invoke(exception.Message);
            return null;
        }
    }

    private async Task<(ClusterState State, ulong StoreId)> ReadWithIdAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var own = await Store.ListAsync(Keys.Root, 0, cancellationToken).ConfigureAwait(false);
                var services = await Store.ListAsync(Keys.ServicesRoot, own.Revision, cancellationToken).ConfigureAwait(false);
                var state = new ClusterState(Keys);
                state.Apply(Keys.Root, new StoreUpdate.Listed(own));
                state.Apply(Keys.ServicesRoot, new StoreUpdate.Listed(services));
                return (state, own.ClusterId);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Compacted && attempt < ReadAttempts)
            {
                // Compacted between the two lists: both are read anew.
            }
        }
    }

    private async Task PumpAsync(string prefix, ChannelWriter<(string Prefix, StoreUpdate Update)> updates, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var update in new StoreFollower(Store, _time).FollowAsync(prefix, cancellationToken).ConfigureAwait(false))
            {
                await updates.WriteAsync((prefix, update), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The reader has gone, or goes by its own token.
        }
        catch (Exception e)
        {
            updates.TryComplete(e);
        }
    }
}
