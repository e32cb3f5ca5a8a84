using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>How etcd is reached, and what is said when it is not.</summary>
public sealed class EtcdConnectionTests(EtcdProcess etcd) : IClassFixture<EtcdProcess>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_endpoint_is_unavailable_at_once_and_the_message_says_what_to_check()
    {
        var endpoint = $"http://127.0.0.1:{LocalPort.Free()}";
        await using var store = new EtcdStore(new EtcdOptions { Endpoints = [endpoint], Timeout = TimeSpan.FromSeconds(1) });
        var clock = Stopwatch.StartNew();

        var failures = new List<StoreException>
        {
            await Assert.ThrowsAsync<StoreException>(() => store.ListAsync("", 0, Token)),
            await Assert.ThrowsAsync<StoreException>(() => store.CommitAsync(new StoreTransaction([], []), Token)),
            await Assert.ThrowsAsync<StoreException>(() => store.GrantLeaseAsync(TimeSpan.FromSeconds(5), Token)),
            await Assert.ThrowsAsync<StoreException>(() => store.KeepAliveAsync(1, Token)),
            await Assert.ThrowsAsync<StoreException>(async () => await store.WatchAsync("", 1, Token).GetAsyncEnumerator(Token).MoveNextAsync()),
        };

        Assert.All(failures, failure => Assert.Equal(StoreFailure.Unavailable, failure.Failure));
        Assert.All(failures, failure => Assert.Contains(endpoint, failure.Message, StringComparison.Ordinal));
        Assert.All(failures, failure => Assert.Contains("Check that etcd runs there", failure.Message, StringComparison.Ordinal));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5.5));
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_is_unavailable_when_the_time_is_over_and_ends_at_once_when_cancelled()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var store = new EtcdStore(new EtcdOptions
        {
            Endpoints = [$"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"],
            Timeout = TimeSpan.FromMilliseconds(300),
        });
        var clock = Stopwatch.StartNew();

        var list = await Assert.ThrowsAsync<StoreException>(() => store.ListAsync("", 0, Token));
        var watch = await Assert.ThrowsAsync<StoreException>(async () => await store.WatchAsync("", 1, Token).GetAsyncEnumerator(Token).MoveNextAsync());
        Assert.InRange(clock.ElapsedMilliseconds, 500, 5000);

        using var cancel = new CancellationTokenSource();
        var pending = store.KeepAliveAsync(1, cancel.Token);
        clock.Restart();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);

        Assert.InRange(clock.ElapsedMilliseconds, 0, 250);
        Assert.Equal((StoreFailure.Unavailable, StoreFailure.Unavailable), (list.Failure, watch.Failure));
    }

    [Fact]
    public async Task One_dead_member_of_several_is_passed_over()
    {
        await using var store = new EtcdStore(new EtcdOptions { Endpoints = [$"http://127.0.0.1:{LocalPort.Free()}", etcd.Endpoint] });

        for (var i = 0; i < 5; i++)
        {
            Assert.NotEqual(0UL, (await store.ListAsync("", 0, Token)).ClusterId);
        }
    }

    [Theory]
    [InlineData("mix http and https", "http://a:2379", "https://b:2379")]
    [InlineData("mix http and https", "a:2379", "https://b:2379")]
    [InlineData("At least one")]
    [InlineData("is no etcd endpoint", "ftp://a")]
    [InlineData("is no etcd endpoint", "http://a:port")]
    [InlineData("is no etcd endpoint", "http://a/path")]
    [InlineData("is no etcd endpoint", "")]
    public void Endpoints_that_cannot_be_are_refused(string message, params string[] endpoints)
    {
        var refused = Assert.Throws<ArgumentException>(() => new EtcdStore(new EtcdOptions { Endpoints = endpoints }));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "http://a:2379")]
    [InlineData("10.0.0.1:4001", "http://10.0.0.1:4001")]
    [InlineData("https://etcd.example/", "https://etcd.example:2379")]
    [InlineData("http://a:80", "http://a:80")]
    [InlineData("[::1]", "http://[::1]:2379")]
    [InlineData("http://[::1]:4001", "http://[::1]:4001")]
    public async Task An_endpoint_without_a_port_has_that_of_etcd(string given, string meant)
    {
        await using var store = new EtcdStore(new EtcdOptions { Endpoints = [given] });

        Assert.Equal(meant, store.Name);
    }

    [Fact]
    public void A_login_needs_both_parts_and_certificates_need_https()
    {
        Assert.Throws<ArgumentException>(() => new EtcdStore(new EtcdOptions { Endpoints = ["a"], User = "root" }));
        Assert.Throws<ArgumentException>(() => new EtcdStore(new EtcdOptions { Endpoints = ["a"], CaCertificatePath = "/x" }));
        Assert.Throws<ArgumentException>(() => new EtcdStore(new EtcdOptions { Endpoints = ["https://a"], KeyPath = "/x" }));
        var missing = Assert.Throws<ArgumentException>(() => new EtcdStore(new EtcdOptions { Endpoints = ["https://a"], CaCertificatePath = "/no/such.pem" }));

        Assert.Contains("/no/such.pem", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_not_shown()
    {
        var options = new EtcdOptions { Endpoints = ["a"], User = "root", Password = "secret" };

        Assert.DoesNotContain("secret", $"{options}", StringComparison.Ordinal);
    }
}
