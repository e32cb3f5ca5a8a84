using System.Net;
using CsCheck;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

public sealed class NginxWriterTests : IDisposable
{
    private static readonly LoadBalancerOptions Website = new() { Services = ["website"] };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-nginx-");

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

    [Fact]
    public void Nothing_hostile_reaches_the_text()
    {
        // What is not refused must leave every character that means something to nginx where a plain value leaves it.
        var plain = Places("/a").Concat(Places("a")).Concat(Places("10.0.0.1")).Where(options => options.Check().Count == 0).Select(Structure).ToHashSet();
        HostileGen.Text.Sample(
            text =>
            {
                foreach (var options in Places(text))
                {
                    if (options.Check().Count == 0)
                    {
                        Assert.Contains(Structure(options), plain);
                    }
                    else
                    {
                        Assert.Throws<LoadBalancerRefusedException>(() => Structure(options));
                    }
                }

                if (Backend.TryParse(text, out _) is { } backend)
                {
                    Assert.Matches(@"^server [0-9a-f.:\[\]]+( weight=\d+)? max_fails=1 fail_timeout=10s;$", Servers(NginxWriter.Write(Config(Website, backend))).Single());
                }
            },
            iter: 3000);
    }

    [Theory]
    [InlineData("10.0.0.1:80; } server {")]
    [InlineData("10.0.0.1:80\n    server 6.6.6.6:80")]
    [InlineData("10.0.0.1:80 weight=1;")]
    [InlineData("[fe80::1%eth0]:80")]
    [InlineData("web.example.org:80")]
    [InlineData("10.0.0.1:80 down")]
    [InlineData("١٠.0.0.1:80")]
    public void A_value_that_is_no_backend_is_none(string value) => Assert.Null(Backend.TryParse(value, out _));

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
    }

    private static IEnumerable<string> Refused(LoadBalancerOptions options) => options.Check().Select(problem => problem.Setting);

    private static IEnumerable<LoadBalancerOptions> Places(string text) =>
    [
        Website with { Services = [text] },
        Website with { Listen = [new ListenAddress(text, 80)] },
        Website with { ServerNames = [text] },
        Website with { ConfigPath = text },
        Website with { AccessLog = text },
        Website with { Locations = [new LocationRoute(text, "website", UpstreamTuning.Default)] },
        Website with { Locations = [new LocationRoute("/a", text, UpstreamTuning.Default)] },
    ];

    private static string Structure(LoadBalancerOptions options) =>
        string.Concat(NginxWriter.Write(Config(options)).Where(c => !char.IsAsciiLetterOrDigit(c) && !"-_./~*:[]".Contains(c)));

    private static Backend Parse(string text) => Backend.TryParse(text, out _)!;

    private static LoadBalancerConfig Config(LoadBalancerOptions options, params Backend[] backends) => new(
        options,
        new Dictionary<string, IReadOnlyList<NamedBackend>> { ["website"] = [.. backends.Select((backend, index) => new NamedBackend("nginx@" + index, backend))] },
        1);

    private static IEnumerable<string> Servers(string text) => text.Split('\n').Where(line => line.StartsWith("    server ", StringComparison.Ordinal)).Select(line => line.Trim());

    private void AssertPasses(LoadBalancerConfig config) =>
        Assert.Null(Nginx.Test(_folder.FullName, NginxWriter.Write(config).Replace("/var/log/nginx/", _folder.FullName + "/")));
}
