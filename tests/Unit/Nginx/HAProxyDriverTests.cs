using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaWeb.Core.Containers;
using HaWeb.Core.LoadBalancing;
using HaWeb.Runtime.Nginx;
using HaWeb.Tests.Unit.Docker;
using HaWeb.Tests.Unit.LoadBalancing;

namespace HaWeb.Tests.Unit.Nginx;

/// <summary>A real HAProxy is worked with as nginx is: by its own test, its own signal, and its new workers.</summary>
[Collection("Docker")]
public sealed class HAProxyDriverTests(DockerFixture docker) : IDisposable
{
    private const string Path = HAProxyWriter.DefaultConfigPath;

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    private readonly NginxDriver _driver = new(docker.Engine, BalancerEngine.HAProxy);
    private readonly int _port = LocalPort.Free();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Bad => Answering("three") + "    no_such_keyword on\n";

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_good_config_is_served_by_a_new_worker_and_a_bad_one_never(bool testFirst)
    {
        var haproxy = await StartAsync(["haproxy", "-W", "-db", "-f", Path]);
        var answers = new ConcurrentQueue<string>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var traffic = RequestUntilAsync(answers, ending.Token);

        var rejected = Assert.IsType<NginxResult.Rejected>(await ApplyAsync(_driver, haproxy, Bad, testFirst));
        Assert.Contains("no_such_keyword", rejected.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two", answers);
        var applied = Assert.IsType<NginxResult.Applied>(await ApplyAsync(_driver, haproxy, Answering("two"), testFirst));
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
        Assert.IsType<NginxResult.Drained>(await _driver.ExecuteAsync(new NginxRequest.AwaitDrained(haproxy, applied.OldWorkers), Token));
        await ending.CancelAsync();
        await traffic;

        Assert.All(answers, answer => Assert.Contains(answer, new[] { "one", "two" }));
        var read = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(haproxy, Path), Token));
        Assert.Equal((Answering("two"), true, 0), (read.Text, read.IsServed, read.OldWorkers.Count));
    }

    [Fact]
    public async Task A_master_that_is_not_the_first_process_is_reloaded_too()
    {
        var haproxy = await StartAsync(["sh", "-c", $"haproxy -W -db -f {Path} & wait"]);

        Assert.IsType<NginxResult.Applied>(await ApplyAsync(_driver, haproxy, Answering("two"), testFirst: false));
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
    }

    [Fact]
    public async Task An_open_request_survives_and_only_then_is_the_old_worker_drained()
    {
        using var backend = new TcpListener(IPAddress.Loopback, 0);
        backend.Start();
        var haproxy = await StartAsync(
            ["haproxy", "-W", "-db", "-f", Path],
            Answering("one", "use_backend slow if { path /slow }") + $"backend slow\n    server slow {backend.LocalEndpoint}\n");
        var open = _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/slow"), Token);
        using var connection = await backend.AcceptTcpClientAsync(Token);

        var applied = Assert.IsType<NginxResult.Applied>(await ApplyAsync(_driver, haproxy, Answering("two"), testFirst: false));
        var drained = _driver.ExecuteAsync(new NginxRequest.AwaitDrained(haproxy, applied.OldWorkers), Token);
        await EventuallyOnlyAsync("one");
        var read = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(haproxy, Path), Token));
        Assert.False(drained.IsCompleted);
        await connection.GetStream().WriteAsync("HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nslow"u8.ToArray(), Token);

        Assert.Equal("slow", await open);
        Assert.IsType<NginxResult.Drained>(await drained);
        Assert.Equal(applied.OldWorkers, read.OldWorkers);
    }

    [Fact]
    public async Task Without_a_master_nothing_is_taken_for_served()
    {
        var haproxy = await StartAsync(["haproxy", "-db", "-f", Path]);

        Assert.IsType<NginxResult.Failed>(await ApplyAsync(_driver, haproxy, Answering("two"), testFirst: true));
        var read = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(haproxy, Path), Token));

        Assert.Equal(Answering("one"), read.Text);
    }

    [Fact]
    public async Task The_HAProxy_of_the_machine_itself_is_worked_with_alike()
    {
        var folder = Directory.CreateTempSubdirectory("haweb-haproxy-").FullName;
        await HAProxy.RunAsync(folder, Answering("one"), _port, async () =>
        {
            var driver = NginxDriver.OnThisMachine(System.IO.Path.Combine(folder, "haproxy.pid"), BalancerEngine.HAProxy);
            var path = System.IO.Path.Combine(folder, "haproxy.cfg");

            var bad = await driver.ExecuteAsync(new NginxRequest.Apply("", path, Bad, null, TestFirst: true), Token);
            var good = await driver.ExecuteAsync(new NginxRequest.Apply("", path, Answering("two"), null, TestFirst: false), Token);
            var drained = await driver.ExecuteAsync(new NginxRequest.AwaitDrained("", Assert.IsType<NginxResult.Applied>(good).OldWorkers), Token);

            Assert.Contains("no_such_keyword", Assert.IsType<NginxResult.Rejected>(bad).Message, StringComparison.Ordinal);
            Assert.IsType<NginxResult.Drained>(drained);
            Assert.Equal("two", await EventuallyOnlyAsync("one"));
        });
        Directory.Delete(folder, recursive: true);
    }

    private Task<NginxResult> ApplyAsync(NginxDriver driver, string haproxy, string text, bool testFirst) =>
        driver.ExecuteAsync(new NginxRequest.Apply(haproxy, Path, text, Answering("one"), testFirst), Token);

    private string Answering(string word, string more = "") => $"""
        defaults
            mode http
            timeout client 10s
            timeout server 10s
            timeout connect 1s
        frontend test
            bind 127.0.0.1:{_port}
            http-request return status 200 content-type text/plain string {word} unless {(more.Length > 0 ? "{ path /slow }" : "FALSE")}
            {more}

        """;

    private async Task<string> StartAsync(string[] command, string? text = null)
    {
        var name = docker.NewName();
        var spec = new ContainerSpec { Image = TestImage.Name, Name = name, Arguments = [.. command], Network = new() { Mode = "host" } };
        var created = (DockerResult.Created)await docker.AskAsync(new DockerRequest.Create(spec, DockerFixture.Labels(name + ".service")));
        await docker.AskAsync(new DockerRequest.PutFile(created.Container, Path, text ?? Answering("one")));
        await docker.AskAsync(new DockerRequest.Start(created.Container));
        await EventuallyOnlyAsync("none");
        return created.Container;
    }

    private Task<string> EventuallyOnlyAsync(string notThis) => _http.EventuallyOnlyAsync(_port, notThis, TimeSpan.FromSeconds(10));

    private async Task RequestUntilAsync(ConcurrentQueue<string> answers, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            answers.Enqueue(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/"), Token));
        }
    }
}
