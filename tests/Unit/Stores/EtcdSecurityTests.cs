using System.Net;
using Etcdserverpb;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>An etcd with TLS both ways.</summary>
public sealed class EtcdSecurityTests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly EtcdProcess _etcd;
    private readonly EtcdOptions _good;

    public EtcdSecurityTests()
    {
        var server = _certificates.Issue("server", IPAddress.Loopback);
        var client = _certificates.Issue("client", IPAddress.Loopback);
        _etcd = new EtcdProcess(
            "https", "--cert-file", server.Certificate, "--key-file", server.Key, "--client-cert-auth", "--trusted-ca-file", _certificates.AuthorityPath);
        _good = new EtcdOptions
        {
            Endpoints = [_etcd.Endpoint],
            CaCertificatePath = _certificates.AuthorityPath,
            CertificatePath = client.Certificate,
            KeyPath = client.Key,
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _etcd.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _etcd.DisposeAsync();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Certificates_are_asked_for_and_checked_both_ways()
    {
        using var others = new TestCertificates();

        Assert.Null(await ListAsync(_good));
        Assert.Null(await ListAsync(_good with { Endpoints = [$"https://127.0.0.2:{_etcd.Port}", _etcd.Endpoint] }));
        Assert.Equal(StoreFailure.Denied, (await ListAsync(_good with { CaCertificatePath = others.AuthorityPath }))?.Failure);
        Assert.Equal(StoreFailure.Denied, (await ListAsync(_good with { CaCertificatePath = null }))?.Failure);
        Assert.Contains("client certificate", (await ListAsync(_good with { CertificatePath = null, KeyPath = null }))?.Message, StringComparison.Ordinal);
        Assert.Equal(StoreFailure.Denied, (await ListAsync(_good with { Endpoints = [$"https://localhost:{_etcd.Port}"] }))?.Failure);
    }

    [Fact]
    public async Task A_login_is_asked_for_renewed_and_checked()
    {
        await EnableLoginAsync();
        await using var store = new EtcdStore(_good with { User = "root", Password = "right" });
        await store.ListAsync("", 0, Token);

        var without = await ListAsync(_good);
        var wrong = await ListAsync(_good with { User = "root", Password = "wrong" });
        Assert.Equal((StoreFailure.Denied, StoreFailure.Denied), (without?.Failure, wrong?.Failure));

        // etcd keeps its simple tokens in memory: after a restart the client's is worth nothing.
        await _etcd.KillAsync();
        await _etcd.StartAsync();
        while (await Record.ExceptionAsync(() => store.ListAsync("", 0, Token)) is { } failure)
        {
            Assert.Equal(StoreFailure.Unavailable, Assert.IsType<StoreException>(failure).Failure);
            await Task.Delay(20, Token);
        }

        await using var watch = store.WatchAsync("", 1, Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
    }

    private static async Task<StoreException?> ListAsync(EtcdOptions options)
    {
        await using var store = new EtcdStore(options);
        return (StoreException?)await Record.ExceptionAsync(() => store.ListAsync("", 0, Token));
    }

    private async Task EnableLoginAsync()
    {
        using var client = EtcdConnection.Open(_good, EtcdEndpoints.Parse(_good.Endpoints));
        var auth = client.GetConnection().AuthClient;
        await auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "right" }, cancellationToken: Token);
        await auth.RoleAddAsync(new AuthRoleAddRequest { Name = "root" }, cancellationToken: Token);
        await auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" }, cancellationToken: Token);
        await auth.AuthEnableAsync(new AuthEnableRequest(), cancellationToken: Token);
    }
}
