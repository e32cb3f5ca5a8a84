using System.Runtime.CompilerServices;
using HaWeb.Core.Simulation;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Runtime.Simulated;

/// <summary>The store of a simulated cluster, as operators reach it: its outages are theirs too. It does not make the cluster go on.</summary>
/// <param name="cluster">The cluster.</param>
public sealed class SimulatedStore(SimulatedCluster cluster) : IClusterStore
{
    /// <summary>The cluster.</summary>
    public SimulatedCluster Cluster => cluster;

    /// <inheritdoc/>
    public string Name => cluster.Name;

    /// <inheritdoc/>
    public Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken) =>
        Answer(world => world.Store.List(prefix, revision), cancellationToken);

    /// <inheritdoc/>
    public Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken) =>
        Answer(world => world.Commit(transaction), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(
        string prefix, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = fromRevision;
        var isFirst = true;
        while (true)
        {
            var changed = cluster.NextChange();
            var update = Ask(world => new StoreUpdate.Changed(world.Store.Revision, world.Store.EventsFrom(prefix, next)), cancellationToken);
            if (isFirst || update.Events.Count > 0)
            {
                yield return update;
            }

            isFirst = false;
            next = Math.Max(next, update.Revision + 1);
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Answer(world => world.Change(store => store.GrantLease(timeToLive, world.Now)), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) =>
        Answer(world => world.Change(store => store.KeepAlive(lease, world.Now)), cancellationToken);

    /// <inheritdoc/>
    public Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken) =>
        Answer(world => world.Store.GetRemaining(lease, world.Now), cancellationToken);

    /// <inheritdoc/>
    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) =>
        Answer(world => world.Change(store => store.RevokeLease(lease)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Answer<T>(Func<SimulatedWorld, T> ask, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Ask(ask, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }
        catch (StoreException exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private T Ask<T>(Func<SimulatedWorld, T> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return cluster.Use(world =>
        {
            if (!world.StoreIsUp)
            {
                throw new StoreException(StoreFailure.Unavailable, $"The store of {Name} does not answer: a simulated outage, until 'Invoke-HaFault -Kind StoreBack'.");
            }

            try
            {
                return ask(world);
            }
            catch (StoreRefusedException refused)
            {
                throw StoreFailures.From(refused, Name);
            }
        });
    }
}
