using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaWeb.Core.Containers;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Probes;

namespace HaWeb.Tests.Unit.Probes;

public sealed class ProberTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Prober _prober = new(new OneContainer("starting"));

    public ProberTests() => _listener.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _prober.Dispose();
        _listener.Dispose();
    }

    [Theory]
    [InlineData("200 OK", null)]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/", null)]
    [InlineData("404 Not Found", "answered 404")]
    [InlineData("503 Busy", "answered 503")]
    public async Task A_status_of_2xx_or_3xx_passes(string status, string? error)
    {
        var asked = AnswerAsync($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n", Token);

        var probed = await ProbeAsync(ProbeKind.Http, "/health?a=b");

        Assert.Equal((7, error is null, error), (probed.Id, probed.Passed, probed.Error));
        var request = await asked;
        Assert.StartsWith("GET /health?a=b HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"Host: 127.0.0.1:{Port}\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tcp_probe_passes_when_the_connection_is_accepted_and_fails_when_it_is_refused()
    {
        var accepted = await ProbeAsync(ProbeKind.Tcp, "");
        _listener.Stop();
        var refused = await ProbeAsync(ProbeKind.Tcp, "");
        var refusedHttp = await ProbeAsync(ProbeKind.Http, "/");

        Assert.True(accepted.Passed);
        Assert.Equal("connection refused", refused.Error);
        Assert.Equal("connection refused", refusedHttp.Error);
    }

    [Fact]
    public async Task What_does_not_answer_fails_when_its_time_is_up()
    {
        var time = Stopwatch.StartNew();

        var probed = await ProbeAsync(ProbeKind.Http, "/", TimeSpan.FromMilliseconds(150));

        Assert.Equal("no answer within 0.15 s", probed.Error);
        Assert.InRange(time.ElapsedMilliseconds, 140, 5000);
        Assert.InRange(probed.Latency.TotalMilliseconds, 140, 5000);
    }

    [Fact]
    public async Task A_server_that_hangs_up_fails()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var hangingUp = HangUpUntilAsync(ending.Token);

        var probed = await ProbeAsync(ProbeKind.Http, "/");

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hangingUp);
        Assert.Equal("the connection was closed without an answer", probed.Error);
    }

    [Theory]
    [InlineData("healthy", null)]
    [InlineData("starting", "the container's health is starting")]
    [InlineData(null, "the image has no HEALTHCHECK")]
    public async Task A_containers_own_check_is_dockers_to_say(string? health, string? error)
    {
        using var prober = new Prober(new OneContainer(health));

        var probed = await prober.ProbeAsync(1, new ProbeRequest(ProbeKind.Container, "id", 0, "", TimeSpan.FromSeconds(1)), Token);

        Assert.Equal(error, probed.Error);
    }

    [Fact]
    public async Task A_probe_that_is_cancelled_is_no_answer()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var probe = _prober.ProbeAsync(1, new ProbeRequest(ProbeKind.Http, "127.0.0.1", Port, "/", TimeSpan.FromSeconds(30)), ending.Token);
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
    }

    private Task<Event.Probed> ProbeAsync(ProbeKind kind, string path, TimeSpan? timeout = null) =>
        _prober.ProbeAsync(7, new ProbeRequest(kind, "127.0.0.1", Port, path, timeout ?? TimeSpan.FromSeconds(10)), Token);

    private async Task HangUpUntilAsync(CancellationToken ending)
    {
        while (true)
        {
            await AnswerAsync("", ending);
        }
    }

    private async Task<string> AnswerAsync(string answer, CancellationToken ending)
    {
        using var client = await _listener.AcceptTcpClientAsync(ending);
        var stream = client.GetStream();
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, Token);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), Token);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, read);
    }

    private sealed class OneContainer(string? health) : IDockerEngine
    {
        public Task<DockerResult> ExecuteAsync(DockerRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<DockerResult>(new DockerResult.Inspected(new ContainerState("id", "name", null, true, null, null, health)));

        public IAsyncEnumerable<Event> FollowAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
