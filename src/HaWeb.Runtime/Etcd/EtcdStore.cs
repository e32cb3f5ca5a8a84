using dotnet_etcd;
using dotnet_etcd.interfaces;
using Etcdserverpb;
using Grpc.Core;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Runtime.Etcd;

/// <summary>The store of a cluster in etcd 3.4 or later.</summary>
public sealed class EtcdStore : IClusterStore
{
    private const int MostMembersAsked = 3;

    private const int ListAttempts = 5;

    // A member without a leader refuses at once instead of waiting for one.
    private static readonly Metadata RequireLeader = new() { { "hasleader", "true" } };

    private readonly EtcdClient _client;
    private readonly IConnection _connection;
    private readonly EtcdOptions _options;

    /// <summary>Makes one. Nothing is connected before the first call.</summary>
    /// <exception cref="ArgumentException">An endpoint, a certificate file or the login is given wrongly.</exception>
    public EtcdStore(EtcdOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrEmpty(options.User) != string.IsNullOrEmpty(options.Password))
        {
            throw new ArgumentException("An etcd user needs a password, and a password a user: give both or none.", nameof(options));
        }

        var endpoints = EtcdEndpoints.Parse(options.Endpoints);
        if (!endpoints.IsTls && (options.CaCertificatePath ?? options.CertificatePath ?? options.KeyPath) is not null)
        {
            throw new ArgumentException($"Certificates are given, but {endpoints.Text} is not https.", nameof(options));
        }

        _options = options;
        Name = endpoints.Text;
        _client = EtcdConnection.Open(options, endpoints);
        _connection = _client.GetConnection();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ListOnceAsync(prefix, revision, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Compacted && revision == 0 && attempt < ListAttempts)
            {
                // Compacted between two pages: only this listing's revision is gone, so the newest is listed from the start.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        try
        {
            transaction.Validate();
        }
        catch (StoreRefusedException e)
        {
            throw StoreFailures.From(e, Name);
        }

        var request = EtcdMapping.ToRequest(transaction);
        var response = await CallAsync(
            token => _connection.KVClient.TxnAsync(request, null, Deadline(), token).ResponseAsync, cancellationToken).ConfigureAwait(false);
        return new StoreCommit(response.Succeeded, response.Header.Revision);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        EtcdWatch.RunAsync(this, prefix, fromRevision, cancellationToken);

    /// <inheritdoc/>
    public async Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var request = new LeaseGrantRequest();
        try
        {
            request.TTL = (long)StoreLease.RoundUp(timeToLive).TotalSeconds;
        }
        catch (StoreRefusedException e)
        {
            throw StoreFailures.From(e, Name);
        }

        var response = await CallAsync(
            token => _connection.LeaseClient.LeaseGrantAsync(request, null, Deadline(), token).ResponseAsync, cancellationToken).ConfigureAwait(false);
        return response.ID;
    }

    /// <inheritdoc/>
    public async Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken)
    {
        return await AskAsync(PingAsync, cancellationToken).ConfigureAwait(false);

        async Task<bool> PingAsync(DateTime deadline, CancellationToken token)
        {
            using var call = _connection.LeaseClient.LeaseKeepAlive(RequireLeader, deadline, token);
            await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease }, token).ConfigureAwait(false);
            return await call.ResponseStream.MoveNext(token).ConfigureAwait(false)
                ? call.ResponseStream.Current.TTL > 0
                : throw new RpcException(new Status(StatusCode.Unavailable, "it closed the stream instead of renewing the lease"));
        }
    }

    /// <inheritdoc/>
    public async Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken)
    {
        var request = new LeaseTimeToLiveRequest { ID = lease };
        var response = await AskAsync(
            (deadline, token) => _connection.LeaseClient.LeaseTimeToLiveAsync(request, null, deadline, token).ResponseAsync, cancellationToken).ConfigureAwait(false);
        return response.TTL < 0 ? null : TimeSpan.FromSeconds(response.TTL);
    }

    /// <inheritdoc/>
    public async Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken)
    {
        var request = new LeaseRevokeRequest { ID = lease };
        try
        {
            await AskAsync(
                (deadline, token) => _connection.LeaseClient.LeaseRevokeAsync(request, null, deadline, token).ResponseAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Failure == StoreFailure.LeaseNotFound)
        {
            // It is gone, which is what was asked for.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Opens a stream of watches, that etcd ends when it has no leader.</summary>
    internal AsyncDuplexStreamingCall<WatchRequest, WatchResponse> OpenWatch(CancellationToken cancellationToken) =>
        _connection.WatchClient.Watch(RequireLeader, null, cancellationToken);

    /// <summary>How long one call may take.</summary>
    internal TimeSpan Timeout => _options.Timeout;

    /// <summary>Fails when a revision can no longer be listed.</summary>
    internal Task RequireKeptAsync(string prefix, long revision, CancellationToken cancellationToken)
    {
        var request = new RangeRequest { Key = EtcdMapping.StartOf(prefix), Revision = revision, KeysOnly = true, Limit = 1 };
        return RangeAsync(request, cancellationToken);
    }

    private async Task<StoreListing> ListOnceAsync(string prefix, long revision, CancellationToken cancellationToken)
    {
        var request = new RangeRequest
        {
            Key = EtcdMapping.StartOf(prefix),
            RangeEnd = EtcdMapping.EndOf(prefix),
            Limit = _options.PageSize,
            Revision = revision,
        };
        var entries = new List<StoreEntry>();
        while (true)
        {
            var page = await RangeAsync(request, cancellationToken).ConfigureAwait(false);
            entries.EnsureCapacity(entries.Count + page.Kvs.Count);
            entries.AddRange(page.Kvs.Select(EtcdMapping.ToEntry));
            if (request.Revision == 0)
            {
                request.Revision = page.Header.Revision;
            }

            if (!page.More)
            {
                // etcd orders by UTF-8 bytes, which differs from ordinal order for characters beyond 16 bits.
                entries.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
                return new StoreListing(page.Header.ClusterId, request.Revision, entries);
            }

            request.Key = EtcdMapping.After(page.Kvs[^1].Key);
        }
    }

    private Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellationToken) =>
        AskAsync((deadline, token) => _connection.KVClient.RangeAsync(request, null, deadline, token).ResponseAsync, cancellationToken);

    private DateTime Deadline() => DateTime.UtcNow + _options.Timeout;

    /// <summary>
    /// Makes a call that may be made twice. A member that lost its power keeps its connection until a ping goes unanswered: every member is asked in turn,
    /// each for its part of the time.
    /// </summary>
    private async Task<T> AskAsync<T>(Func<DateTime, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var members = Math.Clamp(_options.Endpoints.Count, 1, MostMembersAsked);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallAsync(token => call(DateTime.UtcNow + (_options.Timeout / members), token), cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Unavailable && attempt < members)
            {
                // The next call goes to the next member.
            }
        }
    }

    /// <summary>Makes a call and says its failure as ours; a login that ran out is renewed once.</summary>
    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException e) when (EtcdFailures.IsStaleLogin(e) && attempt == 1 && _options.User is not null)
            {
                // The client has thrown its token away and logs in again.
            }
            catch (Exception e) when (e is not StoreException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw EtcdFailures.From(e, Name);
            }
        }
    }
}
