using System.Diagnostics;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;
using HaWeb.Runtime.Templates;

namespace HaWeb.Tests.Unit.Templates;

public sealed class LiquidTemplatesTests
{
    private static readonly LoadBalancerConfig Config = new(
        new LoadBalancerOptions
        {
            Services = ["website"],
            ServerNames = ["example.org"],
            Listen = [new ListenAddress(null, 80), new ListenAddress("10.0.0.1", 443)],
            Tls = new TlsFiles("/site.pem", "/site.key"),
            Locations = [new LocationRoute("/api", "api", UpstreamTuning.Default with { ReadTimeout = TimeSpan.FromSeconds(5) }, "api.example.org")],
            Client = ClientLimits.Default with { Rate = 7 },
            ResponseHeaders = [new HttpHeader("X-A", "b")],
        },
        new Dictionary<string, IReadOnlyList<NamedBackend>>
        {
            ["website"] = [new("nginx@10", Backend.TryParse("10.0.0.2:81 weight=3", out _)!), new("nginx@9; }", Backend.TryParse("[fd00::1]:80 backup", out _)!)],
        },
        42);

    [Theory]
    [InlineData("{{ revision }}", "42")]
    [InlineData("{{ generated }}", "the generated one")]
    [InlineData("{% for s in services %}{{ s.name }}:{{ s.upstream }}:{{ s.backends.size }} {% endfor %}", "api:haweb_api:0 website:haweb_website:2 ")]
    [InlineData("{% for b in services[1].backends %}{{ b.name }} {{ b.endpoint }} {{ b.address }} {{ b.port }} {{ b.weight }} {{ b.backup }}|{% endfor %}", "nginx@10 10.0.0.2:81 10.0.0.2 81 3 false|nginx@9___ [fd00::1]:80 fd00::1 80 1 true|")]
    [InlineData("{% for h in hosts %}{{ h.names | join: ',' }} {% for l in h.locations %}{{ l.path }}={{ l.upstream }},{{ l.empty }},{{ l.read_timeout_ms }};{% endfor %} {% endfor %}", "example.org /=haweb_website,false,60000; api.example.org /=haweb_website,false,60000;/api=haweb_api,true,5000; ")]
    [InlineData("{% for l in listen %}{{ l.address }}:{{ l.port }}{% if l.tls %} ssl{% endif %};{% endfor %}", ":80;10.0.0.1:443 ssl;")]
    [InlineData("{% if tls.on %}{{ tls.certificate }} {{ tls.key }} {{ tls.redirect }} {{ tls.http2 }}{% endif %}", "/site.pem /site.key false true")]
    [InlineData("{{ client.max_body }} {{ client.timeout_ms }} {{ client.rate }} {{ client.connections }}", "1048576 60000 7 0")]
    [InlineData("{% for h in response_headers %}{{ h.name }}: {{ h.value }}{% endfor %}{{ request_headers.size }}", "X-A: b0")]
    [InlineData("{{ algorithm }} {{ hash_key }} {{ access_log }} {{ maintenance }} {{ maintenance_page }}{{ server_names | first }}", "RoundRobin uri /var/log/nginx/access.log false example.org")]
    [InlineData("{{ 'now' | date: '%Y' }}", "1970")]
    public void A_template_has_what_the_config_says(string template, string expected)
    {
        var text = new LiquidTemplates().Render(template, Config, "the generated one", out var problem);

        Assert.Equal(("", expected), (problem, text));
    }

    [Theory]
    [InlineData("{{ no_such }}", "no_such")]
    [InlineData("{{ services[0].no_such }}", "no_such")]
    [InlineData("{{ revision | no_such }}", "no_such")]
    [InlineData("{% for %}", "not Liquid")]
    [InlineData("{% if revision %}", "not Liquid")]
    [InlineData("{% include 'passwd' %}", "passwd")]
    public void What_a_template_does_wrong_is_told(string template, string named)
    {
        Assert.Null(new LiquidTemplates().Render(template, Config, "", out var problem));
        Assert.True(problem.Contains(named, StringComparison.OrdinalIgnoreCase), problem);
    }

    [Fact]
    public void A_template_comes_to_an_end()
    {
        var time = Stopwatch.StartNew();

        Assert.Null(new LiquidTemplates().Render("{% for a in (1..100000) %}{% for b in (1..100000) %}{% endfor %}{% endfor %}", Config, "", out var problem));

        Assert.NotEmpty(problem);
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
