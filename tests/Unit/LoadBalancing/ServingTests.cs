using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>What a real nginx and a real HAProxy do with what can be asked for: both the same.</summary>
public sealed class ServingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-serving-");
    private readonly int _port = LocalPort.Free();
    private readonly int _tlsPort = LocalPort.Free();
    private readonly ConfigFiles _files;
    private readonly WebServer _one = new("one");
    private readonly WebServer _two = new("two");
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost" },
    });

    public ServingTests() => _files = new ConfigFiles(_folder.FullName);

    public static TheoryData<BalancerEngine> Engines => [BalancerEngine.Nginx, BalancerEngine.HAProxy];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _one.Dispose();
        _two.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Paths_and_hosts_lead_to_services_of_their_own(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { Locations = [At("/api", "two"), At("/", "two", "two.example.org"), At("/one", "one", "two.example.org")] },
        async () =>
        {
            Assert.Equal("one", await GetAsync("/"));
            Assert.Equal("two", await GetAsync("/api/users"));
            Assert.Equal("two", await GetAsync("/", "two.example.org"));
            Assert.Equal("two", await GetAsync("/", "TWO.example.org"));
            Assert.Equal("one", await GetAsync("/one/more", "two.example.org"));
            Assert.Equal("two", await GetAsync("/api", "two.example.org"));
            Assert.Equal("one", await GetAsync("/", "three.example.org"));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Tls_is_spoken_with_HTTP_2_and_plain_requests_are_sent_there(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { Listen = [.. options.Listen, new ListenAddress("127.0.0.1", _tlsPort, IsTls: true)], Tls = new TlsFiles(_files.Certificate, _files.Certificate + ".key"), RedirectToTls = true },
        async () =>
        {
            using var redirect = await _client.GetAsync(new Uri($"http://localhost:{_port}/a?b=c"), Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{_tlsPort}/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var answer = await _client.SendAsync(request, Token);

            Assert.Equal((HttpStatusCode.PermanentRedirect, $"https://localhost:{_tlsPort}/a?b=c"), (redirect.StatusCode, redirect.Headers.Location?.ToString()));
            Assert.Equal((HttpVersion.Version20, "one"), (answer.Version, await answer.Content.ReadAsStringAsync(Token)));
            Assert.Contains("X-Forwarded-Proto: https", _one.LastRequest, StringComparison.OrdinalIgnoreCase);
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Headers_are_set_on_both_sides(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { RequestHeaders = [new HttpHeader("X-Site", "100% 'a; } #")], ResponseHeaders = [new HttpHeader("X-Frame-Options", "DENY; 5%")] },
        async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_port}/");
            request.Headers.Add("X-Site", "forged");
            using var answer = await _client.SendAsync(request, Token);

            Assert.Contains("X-Site: 100% 'a; } #", _one.LastRequest, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("forged", _one.LastRequest, StringComparison.Ordinal);
            Assert.Equal(["DENY; 5%"], answer.Headers.GetValues("X-Frame-Options"));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Too_long_a_body_and_too_many_requests_are_refused(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { Client = ClientLimits.Default with { MaxBody = 10, Rate = 5 } },
        async () =>
        {
            using var body = new ByteArrayContent(new byte[11]);
            using var tooLong = await _client.PostAsync(new Uri($"http://localhost:{_port}/"), body, Token);
            var answers = new List<HttpStatusCode>();
            for (var i = 0; i < 30; i++)
            {
                using var answer = await _client.GetAsync(new Uri($"http://localhost:{_port}/"), Token);
                answers.Add(answer.StatusCode);
            }

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLong.StatusCode);
            Assert.Equal(HttpStatusCode.OK, answers[0]);
            Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task In_maintenance_every_request_gets_the_page(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { IsInMaintenance = true, MaintenancePage = _files.Page, ResponseHeaders = [new HttpHeader("X-Frame-Options", "DENY")] },
        async () =>
        {
            using var body = new ByteArrayContent(new byte[3]);
            using var answer = await _client.PostAsync(new Uri($"http://localhost:{_port}/some/path.png"), body, Token);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("<h1>Back soon</h1>\n", await answer.Content.ReadAsStringAsync(Token));
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_empty_service_says_when_to_come_again_and_the_others_serve(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { Locations = [At("/gone", "gone")] },
        async () =>
        {
            using var answer = await _client.GetAsync(new Uri($"http://localhost:{_port}/gone"), Token);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal("No backend of gone is available.\n", await answer.Content.ReadAsStringAsync(Token));
            Assert.Equal("one", await GetAsync("/"));
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_hash_gives_equal_keys_the_same_backend(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { Services = ["both"], Algorithm = BalancingAlgorithm.Hash, HashKey = new HashKey(HashKeyKind.Cookie, "session") },
        async () =>
        {
            var answers = new List<(int Session, string Answer)>();
            for (var i = 0; i < 60; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_port}/{i}");
                request.Headers.Add("Cookie", $"other=1; session=s{i % 20}");
                using var answer = await _client.SendAsync(request, Token);
                answers.Add((i % 20, await answer.Content.ReadAsStringAsync(Token)));
            }

            Assert.All(answers.GroupBy(one => one.Session), session => Assert.Single(session.Select(one => one.Answer).Distinct()));
            Assert.Equal(["one", "two"], answers.Select(one => one.Answer).Distinct().Order());
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_dead_backend_fails_no_request(BalancerEngine engine) => await RunAsync(
        engine,
        options => options with { Services = ["half"] },
        async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal("one", await GetAsync("/"));
            }
        });

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_WebSocket_is_let_through(BalancerEngine engine)
    {
        using var backend = new TcpListener(IPAddress.Loopback, 0);
        backend.Start();
        await RunAsync(
            engine,
            options => options with { Services = ["socket"] },
            async () =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _port, Token);
                await client.GetStream().WriteAsync(
                    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray(), Token);
                var (accepted, asked) = await AcceptAsync(backend);
                using var closing = accepted;
                Assert.Contains("Upgrade: websocket", asked, StringComparison.OrdinalIgnoreCase);
                await accepted.GetStream().WriteAsync(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nfrom here"u8.ToArray(), Token);
                Assert.EndsWith("from here", await ReadAsync(client, "from here"), StringComparison.Ordinal);
                await client.GetStream().WriteAsync("from there"u8.ToArray(), Token);
                Assert.Equal("from there", await ReadAsync(accepted, "from there"));
            },
            ("socket", [((IPEndPoint)backend.LocalEndpoint).Port]));
    }

    [Fact]
    public async Task The_access_log_of_nginx_is_JSON_if_asked_for()
    {
        await RunAsync(BalancerEngine.Nginx, options => options with { AccessLogFormat = AccessLogFormat.Json }, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_port}/a?b=%22\"");
            request.Headers.TryAddWithoutValidation("User-Agent", "a \"quoted\" \\ one");
            using var answer = await _client.SendAsync(request, Token);
        });
        var line = (await File.ReadAllLinesAsync(Log, Token))[0];

        using var entry = JsonDocument.Parse(line);
        Assert.Equal("200", entry.RootElement.GetProperty("status").GetString());
        Assert.Equal("a \"quoted\" \\ one", entry.RootElement.GetProperty("agent").GetString());
        Assert.Equal($"127.0.0.1:{_one.Port}", entry.RootElement.GetProperty("upstream").GetString());
    }

    [Fact]
    public async Task The_access_log_of_HAProxy_is_JSON_if_asked_for()
    {
        var socket = Path.Combine(_folder.FullName, "log");
        using var syslog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        syslog.Bind(new UnixDomainSocketEndPoint(socket));
        var buffer = new byte[4096];
        var message = "";
        await RunAsync(BalancerEngine.HAProxy, options => options with { AccessLogFormat = AccessLogFormat.Json, AccessLog = socket }, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_port}/a?b=%22\"");
            request.Headers.TryAddWithoutValidation("User-Agent", "a \"quoted\" \\ one");
            using var answer = await _client.SendAsync(request, Token);
            while (!message.Contains("/a?b", StringComparison.Ordinal))
            {
                message = Encoding.UTF8.GetString(buffer, 0, await syslog.ReceiveAsync(buffer, Token));
            }
        });

        using var entry = JsonDocument.Parse(message[message.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal("200", entry.RootElement.GetProperty("status").GetString());
        Assert.Equal("a \"quoted\" \\ one", entry.RootElement.GetProperty("agent").GetString());
        Assert.Equal($"127.0.0.1:{_one.Port}", entry.RootElement.GetProperty("upstream").GetString());
    }

    private string Log => Path.Combine(_folder.FullName, "access.log");

    private static LocationRoute At(string path, string service, string? host = null) => new(path, service, UpstreamTuning.Default, host);

    // HAProxy looks by connections of its own whether the backend is there; those say nothing.
    private static async Task<(TcpClient Client, string Asked)> AcceptAsync(TcpListener backend)
    {
        while (true)
        {
            var accepted = await backend.AcceptTcpClientAsync(Token);
            try
            {
                return (accepted, await ReadAsync(accepted, "\r\n\r\n"));
            }
            catch (EndOfStreamException)
            {
                accepted.Dispose();
            }
        }
    }

    private static async Task<string> ReadAsync(TcpClient client, string end)
    {
        var text = "";
        var buffer = new byte[4096];
        while (!text.EndsWith(end, StringComparison.Ordinal))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(TimeSpan.FromSeconds(20));
            var read = 0;
            try
            {
                read = await client.GetStream().ReadAsync(buffer, patience.Token);
            }
            catch (IOException)
            {
                // The connection was reset.
            }

            text += read > 0 ? "" : throw new EndOfStreamException($"the connection ended after: {text}");
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }

        return text;
    }

    private async Task<string> GetAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_port}{path}");
        request.Headers.Host = host;
        using var answer = await _client.SendAsync(request, Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private async Task RunAsync(
        BalancerEngine engine, Func<LoadBalancerOptions, LoadBalancerOptions> change, Func<Task> action, params (string Service, int[] Ports)[] more)
    {
        var options = change(new LoadBalancerOptions
        {
            Services = ["one"],
            Listen = [new ListenAddress("127.0.0.1", _port)],
            AccessLog = engine == BalancerEngine.Nginx ? Log : null,
        });
        (string Service, int[] Ports)[] services =
        [
            ("one", [_one.Port]), ("two", [_two.Port]), ("both", [_one.Port, _two.Port]), ("half", [_one.Port, LocalPort.Free()]), .. more,
        ];
        var config = new LoadBalancerConfig(
            options,
            services.ToDictionary(one => one.Service, one => (IReadOnlyList<NamedBackend>)[.. one.Ports.Select((port, index) => new NamedBackend("web@" + index, new Backend(IPAddress.Loopback, port)))]),
            1);
        await (engine == BalancerEngine.HAProxy
            ? HAProxy.RunAsync(_folder.FullName, HAProxyWriter.Write(config), _port, action)
            : Nginx.RunAsync(_folder.FullName, NginxWriter.Write(config), workers: 1, action));
    }
}
