using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Sessions;

/// <summary>
/// The key of a load balancer that a pipeline keeps configured, under a lease of its own: planned stops wait for it as for any other
/// (PROTOCOL.md section 5). When the store cannot be written, what is due is written as soon as it can.
/// </summary>
internal sealed class BalancerSession : IAsyncDisposable
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(10);

    private readonly ClusterClient _client;
    private readonly string _key;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Task _keeping;
    private BalancerRecord _record = new();
    private BalancerRecord? _stored;
    private long _lease;

    private BalancerSession(ClusterClient client, long lease)
    {
        _client = client;
        _lease = lease;
        _key = client.Keys.Balancer(LocalMachine.ReadMachineId() ?? Environment.MachineName, $"session-{Guid.NewGuid():N}");
        _keeping = KeepAsync();
    }

    /// <summary>Begins a session.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public static async Task<BalancerSession> StartAsync(ClusterClient client, CancellationToken cancellationToken) =>
        new(client, await client.Store.GrantLeaseAsync(TimeToLive, cancellationToken));

    /// <summary>Says which services it balances; only then may a config of them be put in place.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task ServeAsync(IReadOnlyList<string> services, CancellationToken cancellationToken) =>
        WriteAsync(record => record.Services.SequenceEqual(services, StringComparer.Ordinal) ? record : record with { Services = [.. services] }, cancellationToken);

    /// <summary>Says that new workers serve a revision.</summary>
    public Task AppliedAsync(long revision, CancellationToken cancellationToken) =>
        TryWriteAsync(record => record with { Applied = Math.Max(record.Applied, revision) }, cancellationToken);

    /// <summary>Says that no worker from before a revision remains.</summary>
    public Task DrainedAsync(long revision, CancellationToken cancellationToken) =>
        TryWriteAsync(record => record with { Drained = Math.Max(record.Drained, revision) }, cancellationToken);

    /// <summary>Ends the session: nobody waits for this balancer any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _keeping;
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            await _client.Store.RevokeLeaseAsync(_lease, deadline.Token);
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            // The lease runs out by itself.
        }

        _ending.Dispose();
    }

    private async Task TryWriteAsync(Func<BalancerRecord, BalancerRecord> change, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(change, cancellationToken);
        }
        catch (StoreException)
        {
            // It stands in the record and is written with the next keep-alive that succeeds.
        }
    }

    private async Task WriteAsync(Func<BalancerRecord, BalancerRecord> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _record = change(_record);
            if (_record != _stored)
            {
                var put = new StoreWrite.Put(_key, RecordCodec.Write(_record), _lease);
                await _client.Store.CommitAsync(new StoreTransaction([], [put]), cancellationToken);
                _stored = _record;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(TimeToLive / 3);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                try
                {
                    if (!await _client.Store.KeepAliveAsync(_lease, _ending.Token))
                    {
                        _lease = await _client.Store.GrantLeaseAsync(TimeToLive, _ending.Token);
                        _stored = null;
                    }

                    await WriteAsync(record => record, _ending.Token);
                }
                catch (StoreException)
                {
                    // Tried again with the next tick.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
        }
    }
}
