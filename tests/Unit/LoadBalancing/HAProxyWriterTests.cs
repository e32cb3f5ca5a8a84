using CsCheck;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

public sealed class HAProxyWriterTests : IDisposable
{
    private static readonly LoadBalancerOptions Website = new() { Services = ["website"] };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-haproxy-");
    private readonly ConfigFiles _files;

    public HAProxyWriterTests() => _files = new ConfigFiles(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_config_passes_HAProxy() => ConfigGen.Config.Sample(
        config =>
        {
            var said = HAProxy.Test(_folder.FullName, _files.Name(HAProxyWriter.Write(config)));
            Assert.True(said is null, said);
        },
        iter: 150,
        threads: 1);

    [Fact]
    public void Servers_stand_in_the_order_people_count_in_with_their_weights_in_proportion() => Assert.Equal(
        [
            "server 10.0.0.1:80 10.0.0.1:80 weight 256",
            "server fd00::1:80 [fd00::1]:80 weight 64",
            "server 10.0.0.3:80 10.0.0.3:80 weight 1 backup",
        ],
        Lines(Config(Website, "10.0.0.1:80 weight=1000", "[fd00::1]:80 weight=250", "10.0.0.3:80 backup"), "server "));

    [Theory]
    [InlineData(BalancingAlgorithm.RoundRobin, "balance roundrobin")]
    [InlineData(BalancingAlgorithm.LeastConnections, "balance leastconn")]
    [InlineData(BalancingAlgorithm.IpHash, "balance source")]
    [InlineData(BalancingAlgorithm.Random, "balance random(1)")]
    [InlineData(BalancingAlgorithm.RandomTwo, "balance random(2)")]
    [InlineData(BalancingAlgorithm.Hash, "balance uri whole")]
    public void Every_algorithm_has_its_word(BalancingAlgorithm algorithm, string line) =>
        Assert.Equal([line], Lines(Config(Website with { Algorithm = algorithm }, "10.0.0.1:80"), "balance"));

    [Fact]
    public void A_service_has_a_section_for_each_way_its_paths_treat_it()
    {
        var slow = UpstreamTuning.Default with { ReadTimeout = TimeSpan.FromMinutes(5) };
        var options = Website with { Locations = [new LocationRoute("/slow", "website", slow), new LocationRoute("/slower", "website", slow), new LocationRoute("/a", "website", UpstreamTuning.Default)] };

        Assert.Equal(["backend haweb_website", "backend haweb_website:2"], Lines(Config(options, "10.0.0.1:80"), "backend "));
        Assert.Equal(
            ["use_backend haweb_website:2 if { path_beg /slower }", "use_backend haweb_website:2 if { path_beg /slow }", "use_backend haweb_website if { path_beg /a }"],
            Lines(Config(options, "10.0.0.1:80"), "use_backend"));
    }

    [Fact]
    public void A_key_that_HAProxy_would_not_find_is_refused()
    {
        var tls = Website with { Listen = [new ListenAddress(null, 443)] };

        Assert.Equal("TlsKey", Assert.Single(Assert.Throws<LoadBalancerRefusedException>(() => HAProxyWriter.Write(Config(tls with { Tls = new TlsFiles("/a.pem", "/b.key") }))).Problems).Setting);
        Assert.Contains("ssl crt /a.pem alpn h2,http/1.1", HAProxyWriter.Write(Config(tls with { Tls = new TlsFiles("/a.pem", "/a.pem.key") })));
        Assert.Contains("ssl crt /a.pem alpn http/1.1", HAProxyWriter.Write(Config(tls with { Tls = new TlsFiles("/a.pem", "/a.pem"), Http2 = false })));
    }

    [Fact]
    public void A_change_of_servers_is_told_from_other_changes()
    {
        var text = HAProxyWriter.Write(Config(Website, "10.0.0.1:80"));

        Assert.True(NginxText.IsSameButServers(text, HAProxyWriter.Write(Config(Website, "10.0.0.1:80", "10.0.0.2:80"))));
        Assert.False(NginxText.IsSameButServers(text, HAProxyWriter.Write(Config(Website))));
        Assert.True(NginxText.IsSame(text, HAProxyWriter.Write(Config(Website, 9, "10.0.0.1:80"))));
    }

    private static IEnumerable<string> Lines(LoadBalancerConfig config, string start) =>
        HAProxyWriter.Write(config).Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith(start, StringComparison.Ordinal));

    private static LoadBalancerConfig Config(LoadBalancerOptions options, params string[] backends) => Config(options, 1, backends);

    private static LoadBalancerConfig Config(LoadBalancerOptions options, long revision, params string[] backends) => new(
        options,
        new Dictionary<string, IReadOnlyList<NamedBackend>> { ["website"] = [.. backends.Select((text, index) => new NamedBackend("nginx@" + index, Backend.TryParse(text, out _)!))] },
        revision);
}
