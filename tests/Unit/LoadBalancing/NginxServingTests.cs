using System.Net;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>What a real nginx does with a generated config.</summary>
public sealed class NginxServingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-nginx-");
    private readonly int _port = LocalPort.Free();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Requests_are_answered_in_turn_over_kept_connections()
    {
        using var one = new WebServer("nginx1");
        using var two = new WebServer("nginx2");

        await RunAsync([one.Port, two.Port], async client =>
        {
            var answers = new List<string>();
            for (var i = 0; i < 40; i++)
            {
                answers.Add(await client.GetStringAsync("/", TestContext.Current.CancellationToken));
            }

            Assert.All(answers.Zip(answers.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
            Assert.InRange(one.Connections, 1, 2);
            Assert.Contains($"Host: 127.0.0.1:{_port}", two.LastRequest);
            Assert.Contains("X-Forwarded-For: 127.0.0.1", two.LastRequest);
            Assert.Contains("X-Forwarded-Proto: http", two.LastRequest);
            Assert.Contains("upstream=127.0.0.1:" + two.Port + " status=200", await File.ReadAllTextAsync(Log, TestContext.Current.CancellationToken));
        });
    }

    [Fact]
    public async Task A_dead_backend_fails_no_request()
    {
        using var one = new WebServer("nginx1");

        await RunAsync([one.Port, LocalPort.Free()], async client =>
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal("nginx1", await client.GetStringAsync("/", TestContext.Current.CancellationToken));
            }
        });
    }

    [Fact]
    public async Task An_empty_service_says_when_to_come_again() => await RunAsync([], async client =>
    {
        using var answer = await client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("No backend of website is available.\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    });

    private string Log => Path.Combine(_folder.FullName, "access.log");

    private async Task RunAsync(int[] ports, Func<HttpClient, Task> action)
    {
        var config = new LoadBalancerConfig(
            new LoadBalancerOptions { Services = ["website"], Listen = [new ListenAddress("127.0.0.1", _port)], AccessLog = Log },
            new Dictionary<string, IReadOnlyList<NamedBackend>> { ["website"] = [.. ports.Select((port, index) => new NamedBackend("nginx@" + index, new Backend(IPAddress.Loopback, port)))] },
            1);

        // Every request over a connection of its own, so that both workers get some.
        using var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{_port}/") };
        await Nginx.RunAsync(_folder.FullName, NginxWriter.Write(config), workers: 2, () => action(client));
    }
}
