using System.Runtime.CompilerServices;
using Etcdserverpb;
using Grpc.Core;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Runtime.Etcd;

/// <summary>One watch on a stream of its own, from the acknowledgement until it breaks.</summary>
internal static class EtcdWatch
{
    public static async IAsyncEnumerable<StoreUpdate.Changed> RunAsync(
        EtcdStore store, string prefix, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRevision, 1);
        cancellationToken.ThrowIfCancellationRequested();
        using var call = store.OpenWatch(cancellationToken);
        var created = await CreateAsync(store, call, prefix, fromRevision, cancellationToken).ConfigureAwait(false);

        // etcd lets one follow from the very revision that it is compacted to, but has forgotten what was deleted there.
        if (fromRevision > 1 && fromRevision <= created.Header.Revision)
        {
            await store.RequireKeptAsync(prefix, fromRevision - 1, cancellationToken).ConfigureAwait(false);
        }

        // What happened up to the header's revision is still to come.
        yield return new StoreUpdate.Changed(Math.Min(created.Header.Revision, fromRevision - 1), []);

        var events = new List<StoreEvent>();
        while (true)
        {
            var response = await NextAsync(store, call, cancellationToken).ConfigureAwait(false);
            events.AddRange(response.Events.Select(EtcdMapping.ToEvent));
            if (response.Fragment)
            {
                continue;
            }

            // While the watch catches up, the header is ahead of the events; alone, it says that all is told up to there.
            yield return new StoreUpdate.Changed(events.Count > 0 ? events[^1].Revision : response.Header.Revision, events);
            events = [];
        }
    }

    private static async Task<WatchResponse> CreateAsync(
        EtcdStore store,
        AsyncDuplexStreamingCall<WatchRequest, WatchResponse> call,
        string prefix,
        long fromRevision,
        CancellationToken cancellationToken)
    {
        var request = new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = EtcdMapping.StartOf(prefix),
                RangeEnd = EtcdMapping.EndOf(prefix),
                StartRevision = fromRevision,
                PrevKv = true,
                Fragment = true,
                ProgressNotify = true,
            },
        };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(store.Timeout);
        try
        {
            await call.RequestStream.WriteAsync(request, deadline.Token).ConfigureAwait(false);
            var response = await NextAsync(store, call, deadline.Token).ConfigureAwait(false);
            return response.Created
                ? response
                : throw EtcdFailures.Unavailable(store.Name, "it answered a watch with something else than its acknowledgement", null);
        }
        catch (Exception e) when (e is not StoreException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw deadline.IsCancellationRequested
                ? EtcdFailures.Unavailable(store.Name, $"it did not acknowledge a watch within {store.Timeout.TotalSeconds} s", e)
                : EtcdFailures.From(e, store.Name);
        }
    }

    private static async Task<WatchResponse> NextAsync(
        EtcdStore store, AsyncDuplexStreamingCall<WatchRequest, WatchResponse> call, CancellationToken cancellationToken)
    {
        WatchResponse response;
        try
        {
            response = await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)
                ? call.ResponseStream.Current
                : throw new RpcException(new Status(StatusCode.Unavailable, "it closed the stream of a watch"));
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw EtcdFailures.From(e, store.Name);
        }

        return response switch
        {
            { CompactRevision: > 0 } => throw new StoreException(
                StoreFailure.Compacted, $"The store {store.Name} is compacted up to revision {response.CompactRevision}; what was asked for is gone."),
            { Canceled: true } => throw EtcdFailures.FromReason(response.CancelReason, store.Name),
            _ => response,
        };
    }
}
