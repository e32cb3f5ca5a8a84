using Etcdserverpb;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;

namespace HaWeb.Tests.Unit.Stores;

public sealed class EtcdStoreTests : StoreContract, IClassFixture<EtcdProcess>, IAsyncDisposable
{
    // The contract is about answers, not about how soon they come on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EtcdProcess _etcd;
    private readonly TcpProxy _proxy;
    private readonly EtcdStore _store;
    private readonly EtcdStore _direct;

    public EtcdStoreTests(EtcdProcess etcd)
    {
        _etcd = etcd;
        _proxy = new TcpProxy(etcd.Port);
        _store = new EtcdStore(new EtcdOptions { Endpoints = [$"http://127.0.0.1:{_proxy.Port}"], PageSize = PageSize, Timeout = Patience });
        _direct = new EtcdStore(new EtcdOptions { Endpoints = [etcd.Endpoint], Timeout = Patience });
    }

    internal override IClusterStore Store => _store;

    internal override IClusterStore Direct => _direct;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _direct.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    protected override void Cut(bool block) => _proxy.Cut(block);

    protected override void Unblock() => _proxy.Unblock();

    protected override async Task RestartAsync()
    {
        await _etcd.KillAsync();
        await _etcd.StartAsync();

        // The client notices the lost connection on its next call.
        while (await Record.ExceptionAsync(() => _direct.ListAsync("\0", 0, Token)) is StoreException)
        {
            await Task.Delay(20, Token);
        }
    }

    protected override async Task CompactAsync(long revision)
    {
        using var client = new dotnet_etcd.EtcdClient(_etcd.Endpoint);
        await client.GetConnection().KVClient.CompactAsync(new CompactionRequest { Revision = revision }, cancellationToken: Token);
    }
}
