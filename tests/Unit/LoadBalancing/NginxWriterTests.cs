using System.Net;
using CsCheck;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

public sealed class NginxWriterTests : IDisposable
{
    private static readonly LoadBalancerOptions Website = new() { Services = ["website"] };
    private static readonly LoadBalancerOptions Secure = Website with { Listen = [new ListenAddress(null, 80), new ListenAddress(null, 443)], Tls = new TlsFiles("/a.pem", "/a.key") };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-nginx-");

    private readonly ConfigFiles _files;

    public NginxWriterTests() => _files = new ConfigFiles(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_config_passes_nginx() => ConfigGen.Config.Sample(AssertPasses, iter: 150, threads: 1);

    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(512)]
    [InlineData(2048)]
    public void Many_backends_fit_into_the_shared_memory(int count) =>
        AssertPasses(Config(Website, [.. Enumerable.Range(0, count).Select(n => new Backend(new IPAddress([0xfd, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, (byte)(n >> 8), (byte)n]), 65535))]));

    [Fact]
    public void Servers_stand_in_the_order_people_count_in_and_backups_last()
    {
        var config = new LoadBalancerConfig(
            Website,
            new Dictionary<string, IReadOnlyList<NamedBackend>>
            {
                ["website"] =
                [
                    new("nginx@10", Parse("10.0.0.10:80")),
                    new("nginx@1", Parse("10.0.0.1:80 backup")),
                    new("nginx@9", Parse("10.0.0.9:80 weight=3")),
                    new("nginx@11", Parse("10.0.0.9:80")),
                ],
            },
            7);

        Assert.Equal(
            [
                "server 10.0.0.9:80 weight=3 max_fails=1 fail_timeout=10s;",
                "server 10.0.0.10:80 max_fails=1 fail_timeout=10s;",
                "server 10.0.0.1:80 max_fails=1 fail_timeout=10s backup;",
            ],
            Servers(NginxWriter.Write(config)));
    }

    [Fact]
    public void An_empty_service_answers_503()
    {
        var text = NginxWriter.Write(Config(Website));

        Assert.DoesNotContain("upstream haweb_website", text);
        Assert.Contains("return 503", text);
        Assert.Contains("Retry-After", text);
        AssertPasses(Config(Website));
    }

    [Theory]
    [InlineData(BalancingAlgorithm.RoundRobin)]
    [InlineData(BalancingAlgorithm.IpHash)]
    public void A_service_of_backups_alone_serves_from_them(BalancingAlgorithm algorithm)
    {
        var config = Config(Website with { Algorithm = algorithm }, Parse("10.0.0.1:80 backup"));

        Assert.Equal(["server 10.0.0.1:80 max_fails=1 fail_timeout=10s;"], Servers(NginxWriter.Write(config)));
        AssertPasses(config);
    }

    [Fact]
    public void Only_the_revision_differs_between_configs_of_the_same_backends()
    {
        var backends = new Dictionary<string, IReadOnlyList<NamedBackend>> { ["website"] = [new("nginx@1", Parse("10.0.0.1:80"))] };
        var one = NginxWriter.Write(new LoadBalancerConfig(Website, backends, 7));
        var other = NginxWriter.Write(new LoadBalancerConfig(Website, backends, 8));

        Assert.NotEqual(one, other);
        Assert.True(NginxText.IsSame(one, other));
    }

    [Fact]
    public void A_change_of_servers_is_told_from_other_changes()
    {
        var text = NginxWriter.Write(Config(Website, Parse("10.0.0.1:80")));
        var more = NginxWriter.Write(Config(Website, Parse("10.0.0.1:80"), Parse("10.0.0.2:80 weight=5 backup")));
        var named = NginxWriter.Write(Config(Website with { ServerNames = ["example.org"] }, Parse("10.0.0.1:80")));
        var empty = NginxWriter.Write(Config(Website));

        Assert.True(NginxText.IsSameButServers(text, more));
        Assert.False(NginxText.IsSame(text, more));
        Assert.False(NginxText.IsSameButServers(text, named));
        Assert.False(NginxText.IsSameButServers(text, empty));
    }

    [Theory]
    [InlineData("10.0.0.1:80; } server {")]
    [InlineData("10.0.0.1:80\n    server 6.6.6.6:80")]
    [InlineData("10.0.0.1:80 weight=1;")]
    [InlineData("[fe80::1%eth0]:80")]
    [InlineData("[fe80::1%no such]:80")]
    [InlineData("web.example.org:80")]
    [InlineData("10.0.0.1:80 down")]
    [InlineData("١٠.0.0.1:80")]
    public void A_value_that_is_no_backend_is_none(string value) => Assert.Null(Backend.TryParse(value, out _));

    [Theory]
    [InlineData("1.22.1", "listen 443 ssl http2;", false)]
    [InlineData("1.25.0", "listen 443 ssl http2;", false)]
    [InlineData("1.25.1", "listen 443 ssl;", true)]
    [InlineData("1.29.3", "listen 443 ssl;", true)]
    [InlineData(null, "listen 443 ssl http2;", false)]
    public void Http2_is_written_in_the_syntax_of_the_version(string? version, string listen, bool hasDirective)
    {
        var text = NginxWriter.Write(Config(Secure, Parse("10.0.0.1:80")), version is null ? null : NginxVersion.TryParse(version));

        Assert.Contains($"    {listen}\n", text);
        Assert.Equal(hasDirective, text.Contains("    http2 on;\n", StringComparison.Ordinal));
        Assert.Contains("    listen 80;\n", text);
        Assert.DoesNotContain("http2", NginxWriter.Write(Config(Secure with { Http2 = false }, Parse("10.0.0.1:80")), NginxVersion.TryParse("1.29.3")));
    }

    [Theory]
    [InlineData("nginx version: nginx/1.22.1\n", "1.22.1")]
    [InlineData("nginx version: nginx/1.27.3 (Ubuntu)", "1.27.3")]
    [InlineData("nginx version: freenginx/1.26\n", "1.26.0")]
    [InlineData("1.25", "1.25.0")]
    [InlineData("no version", null)]
    [InlineData("nginx/", null)]
    public void A_version_is_read(string text, string? expected) => Assert.Equal(expected, NginxVersion.TryParse(text)?.ToString());

    [Fact]
    public void A_backend_that_was_made_by_hand_is_checked_too()
    {
        foreach (var backend in new[] { new Backend(IPAddress.Loopback, 0), new Backend(IPAddress.Loopback, 80, 0), new Backend(IPAddress.Parse("fe80::1%3"), 80) })
        {
            Assert.Throws<LoadBalancerRefusedException>(() => Config(Website, backend));
        }
    }

    [Fact]
    public void What_nginx_would_refuse_is_refused_before()
    {
        var location = new LocationRoute("/a", "website", UpstreamTuning.Default);

        Assert.Equal(["LoadBalancer"], Refused(Website with { Services = [] }));
        Assert.Equal(["LoadBalancer"], Refused(Website with { Services = ["website", "api"] }));
        Assert.Equal(["LoadBalancer"], Refused(Website with { Locations = [location with { Service = "Website" }] }));
        Assert.Equal(["Location"], Refused(Website with { Locations = [location, location] }));
        Assert.Equal(["Location"], Refused(Website with { Locations = [location with { Tuning = UpstreamTuning.Default with { Keepalive = 1 } }] }));
        Assert.Equal(["ConnectTimeout"], Refused(Website with { Tuning = UpstreamTuning.Default with { ConnectTimeout = TimeSpan.Zero } }));
        Assert.Equal(["Listen"], Refused(Website with { Listen = [] }));
        Assert.Equal(["ServerName"], Refused(Website with { ServerNames = ["a..b"] }));
        Assert.Equal(["Location"], Refused(Website with { Locations = [location with { Host = "a b" }] }));
        Assert.Equal(["Location"], Refused(Website with { Locations = [location with { Host = "a.org" }, location with { Host = "A.org" }] }));
        Assert.Equal(["Listen"], Refused(Website with { Listen = [new ListenAddress(null, 8443, IsTls: true)] }));
        Assert.Equal(["TlsCertificate"], Refused(Website with { Tls = new TlsFiles("/a.pem", "/a.key") }));
        Assert.Equal(["TlsKey"], Refused(Secure with { Tls = new TlsFiles("/a.pem", "a.key") }));
        Assert.Equal(["RedirectToTls"], Refused(Secure with { Listen = [new ListenAddress(null, 443)], RedirectToTls = true }));
        Assert.Equal(["Listen"], Refused(Secure with { Listen = [new ListenAddress(null, 8443), new ListenAddress(null, 8443, IsTls: true)] }));
        Assert.Equal(["HashKey"], Refused(Website with { HashKey = new HashKey(HashKeyKind.Cookie, "a-b") }));
        Assert.Equal(["HashKey"], Refused(Website with { HashKey = new HashKey(HashKeyKind.Header) }));
        Assert.Equal(["ClientMaxBody"], Refused(Website with { Client = ClientLimits.Default with { MaxBody = -1 } }));
        Assert.Equal(["ClientTimeout"], Refused(Website with { Client = ClientLimits.Default with { Timeout = TimeSpan.Zero } }));
        Assert.Equal(["ClientRate"], Refused(Website with { Client = ClientLimits.Default with { Rate = 0 } }));
        Assert.Equal(["ClientConnections"], Refused(Website with { Client = ClientLimits.Default with { Connections = -3 } }));
        Assert.Equal(["RequestHeader"], Refused(Website with { RequestHeaders = [new HttpHeader("host", "a")] }));
        Assert.Equal(["RequestHeader"], Refused(Website with { RequestHeaders = [new HttpHeader("X-A", "$host")] }));
        Assert.Equal(["ResponseHeader"], Refused(Website with { ResponseHeaders = [new HttpHeader("X-A", "a"), new HttpHeader("x-a", "b")] }));
        Assert.Equal(["MaintenancePage"], Refused(Website with { MaintenancePage = "page.html" }));
    }

    private static IEnumerable<string> Refused(LoadBalancerOptions options) => options.Check().Select(problem => problem.Setting);

    private static Backend Parse(string text) => Backend.TryParse(text, out _)!;

    private static LoadBalancerConfig Config(LoadBalancerOptions options, params Backend[] backends) => new(
        options,
        new Dictionary<string, IReadOnlyList<NamedBackend>> { ["website"] = [.. backends.Select((backend, index) => new NamedBackend("nginx@" + index, backend))] },
        1);

    private static IEnumerable<string> Servers(string text) => text.Split('\n').Where(line => line.StartsWith("    server ", StringComparison.Ordinal)).Select(line => line.Trim());

    private void AssertPasses(LoadBalancerConfig config)
    {
        var said = Nginx.Test(_folder.FullName, _files.Name(NginxWriter.Write(config)).Replace("/var/log/nginx/", _folder.FullName + "/"));
        Assert.True(said is null, said);
    }
}
