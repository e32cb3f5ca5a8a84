using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class HaWebOptionsTests
{
    [Fact]
    public void An_empty_section_has_the_documented_defaults()
    {
        var options = Read("");

        Assert.Equal((null, null, new HealthCheck.Tcp()), (options.Service, options.Port, options.HealthCheck));
        Assert.Equal((2.0, 1.0, 1, 2), (options.HealthInterval.TotalSeconds, options.HealthTimeout.TotalSeconds, options.HealthRise, options.HealthFall));
        Assert.Equal((1, false, 30.0), (options.Weight, options.IsBackup, options.DrainTimeout.TotalSeconds));
        Assert.Equal(["80"], options.Listen.Select(listen => listen.ToString()));
        Assert.Equal(("/etc/nginx/conf.d/default.conf", EmptyServiceAnswer.Unavailable, IsolationAction.Keep), (options.ConfigPath, options.WhenEmpty, options.OnIsolation));
        Assert.Equal(new UpstreamTuning(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(60), 1, TimeSpan.FromSeconds(10), 32), options.Tuning);
        Assert.Equal((5, 10.0, true), (options.MaxRestarts, options.RestartWindow.TotalMinutes, options.Relocate));
    }

    [Fact]
    public void A_balancer_is_read()
    {
        var options = Read("""
            LoadBalancer=website
            LoadBalancer=api-%i
            Listen=443
            Listen=[::1]:8080 10.0.0.1:81
            ServerName=example.org *.example.org
            Algorithm=least_conn
            Location=/api backend ReadTimeout=5min MaxFails=0
            ReadTimeout=30s
            TlsCertificate=/etc/tls/a.pem
            TlsKey=/etc/tls/a.key
            RedirectToTls=yes
            WhenEmpty=keep
            VirtualIP=10.99.0.100/24
            """);

        Assert.Equal(["website", "api-1"], options.LoadBalancer);
        Assert.Equal(["443", "[::1]:8080", "10.0.0.1:81"], options.Listen.Select(listen => listen.ToString()));
        Assert.Equal(["example.org", "*.example.org"], options.ServerName);
        Assert.Equal((BalancingAlgorithm.LeastConnections, EmptyServiceAnswer.KeepLast), (options.Algorithm, options.WhenEmpty));
        Assert.Equal(new VirtualAddress("10.99.0.100", 24), options.VirtualIP);
        var location = Assert.Single(options.Locations);
        Assert.Equal(("/api", "backend", 300.0, 0), (location.Path, location.Service, location.Tuning.ReadTimeout.TotalSeconds, location.Tuning.MaxFails));
        Assert.Equal(30.0, options.Tuning.ReadTimeout.TotalSeconds);
    }

    [Fact]
    public void What_a_balancer_can_be_asked_for_is_read()
    {
        var options = Read("""
            LoadBalancer=website
            Listen=80 8443/tls
            Algorithm=hash
            HashKey=header:X-Session
            Location=api.example.org/v1 api
            TlsCertificate=/etc/tls/a.pem
            TlsKey=/etc/tls/a.key
            Http2=false
            ClientMaxBody=10M
            ClientTimeout=15s
            ClientRate=100
            ClientConnections=20
            RequestHeader=X-Site: one; two
            ResponseHeader=X-Frame-Options: DENY
            ResponseHeader=X-Other: a
            AccessLog=/var/log/site.log
            AccessLogFormat=json
            MaintenancePage=/page.html
            Maintenance=true
            """);

        Assert.Equal(["80", "8443/tls"], options.Listen.Select(listen => listen.ToString()));
        Assert.Equal((BalancingAlgorithm.Hash, "header:X-Session"), (options.Algorithm, options.HashKey.ToString()));
        Assert.Equal(("api.example.org", "/v1", "api"), options.Locations.Select(location => (location.Host, location.Path, location.Service)).Single());
        Assert.Equal(("/etc/tls/a.pem", "/etc/tls/a.key", false), (options.TlsCertificate, options.TlsKey, options.Http2));
        Assert.Equal(new ClientLimits(10 * 1024 * 1024, TimeSpan.FromSeconds(15), 100, 20), options.Client);
        Assert.Equal(["X-Site: one; two"], options.RequestHeaders.Select(header => header.ToString()));
        Assert.Equal(["X-Frame-Options: DENY", "X-Other: a"], options.ResponseHeaders.Select(header => header.ToString()));
        Assert.Equal(("/var/log/site.log", AccessLogFormat.Json, "/page.html", true), (options.AccessLog, options.AccessLogFormat, options.MaintenancePage, options.IsInMaintenance));
    }

    [Fact]
    public void With_a_certificate_both_usual_ports_are_listened_on() =>
        Assert.Equal(["80", "443"], Read("LoadBalancer=a\nTlsCertificate=/a.pem\nTlsKey=/a.key").Listen.Select(listen => listen.ToString()));

    [Fact]
    public void A_template_is_a_file_or_stands_in_the_unit_with_its_own_lines()
    {
        Assert.Equal(new ConfigTemplate("/etc/haweb/site.liquid", null), Read("LoadBalancer=a\nTemplate=/etc/haweb/site.liquid").Template);
        Assert.Equal(
            new ConfigTemplate(null, "{%if tls.on%} a\n  b {{ generated }}\n"),
            Read("LoadBalancer=a\nTemplate={%if tls.on%} a\\\n  b {{ generated }}").Template);
    }

    [Theory]
    [InlineData("http://:80/healthz?deep=%20", "Http { IsTls = False, Host = , Port = 80, PathAndQuery = /healthz?deep=%20 }")]
    [InlineData("https://www.example.org", "Http { IsTls = True, Host = www.example.org, Port = , PathAndQuery = / }")]
    [InlineData("http://[::1]:81/", "Http { IsTls = False, Host = [::1], Port = 81, PathAndQuery = / }")]
    [InlineData("tcp://:6379", "Tcp { Host = , Port = 6379 }")]
    [InlineData("tcp://", "Tcp { Host = , Port =  }")]
    [InlineData("container", "Container { }")]
    public void Health_checks_are_read(string text, string expected) => Assert.Equal(expected, Read("HealthCheck=" + text).HealthCheck.ToString());

    [Theory]
    [InlineData("ftp://:80")]
    [InlineData("http://:0/")]
    [InlineData("http://:80x/")]
    [InlineData("http://a b/")]
    [InlineData("tcp://:80/path")]
    [InlineData("http://:80/a\tb")]
    [InlineData("/healthz")]
    public void Another_text_is_no_health_check(string text) => Assert.False(HealthCheck.TryParse(text, out _, out _));

    [Theory]
    [InlineData("Service=web; }")]
    [InlineData("Service=-web")]
    [InlineData("ServerName=a;b")]
    [InlineData("Location=/a{ api")]
    [InlineData("Location=api")]
    [InlineData("Location=/api api Fails=1")]
    [InlineData("Template=relative")]
    [InlineData("HashKey=body")]
    [InlineData("Listen=80/udp")]
    [InlineData("Listen=[fe80::1%eth0]:80")]
    [InlineData("Location=api.example.org api")]
    [InlineData("ClientMaxBody=10MB")]
    [InlineData("ClientRate=0")]
    [InlineData("ClientTimeout=never")]
    [InlineData("RequestHeader=none")]
    [InlineData("AccessLog=off")]
    [InlineData("Http2=2")]
    [InlineData("Listen=0")]
    [InlineData("Listen=localhost:80")]
    [InlineData("Listen=1:80")]
    [InlineData("VirtualIP=10.0.0.1")]
    [InlineData("VirtualIP=10.0.0.1/33")]
    [InlineData("VirtualIP=10.1/24")]
    [InlineData("VirtualIP=fd00::1/64")]
    [InlineData("VirtualIP=balancer/24")]
    [InlineData("Weight=0")]
    [InlineData("HealthTimeout=0")]
    [InlineData("HealthInterval=infinity")]
    [InlineData("RedirectToTls=true")]
    [InlineData("WhenEmpty=504")]
    [InlineData("Spread=a b")]
    public void A_malformed_value_is_an_error(string option)
    {
        HaWebOptions.Read(UnitName.Parse("web@1.service"), UnitFile.Parse("[X-HaWeb]\n" + option, out _), out var problems);

        Assert.Contains(problems, problem => problem.Severity == ProblemSeverity.Error);
    }

    private static HaWebOptions Read(string options)
    {
        var read = HaWebOptions.Read(UnitName.Parse("web@1.service"), UnitFile.Parse("[X-HaWeb]\n" + options, out _), out var problems);
        Assert.DoesNotContain(problems, problem => problem.Severity == ProblemSeverity.Error);
        return read;
    }
}
