using System.Net;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>What a unit file says of a balancer reaches its config: no option is read and then forgotten.</summary>
public sealed class BalancerOptionTests
{
    private const string Plain = "LoadBalancer=website\nListen=80 443\nTlsCertificate=/a.pem\nTlsKey=/a.key";

    /// <summary>A line for each option, and what it puts into the config.</summary>
    public static TheoryData<string, string> Lines => new()
    {
        { "LoadBalancer=other\nLocation=/other other", "upstream haweb_other {" },
        { "Listen=8080", "listen 8080;" },
        { "ServerName=www.example.org", "server_name www.example.org;" },
        { "Algorithm=hash", "hash $request_uri consistent;" },
        { "Algorithm=hash\nHashKey=cookie:sid", "hash $cookie_sid consistent;" },
        { "Location=api.example.org/v1 api ReadTimeout=7s", "proxy_read_timeout 7000ms;" },
        { "TlsCertificate=/b.pem", "ssl_certificate /b.pem;" },
        { "TlsKey=/b.key", "ssl_certificate_key /b.key;" },
        { "RedirectToTls=true", "return 308 https://$host$request_uri;" },
        { "Http2=false", "listen 443 ssl;" },
        { "MaintenancePage=/page.html\nMaintenance=true", "alias /page.html;" },
        { "Maintenance=true", "return 503" },
        { "AccessLog=/var/log/site.log", "access_log /var/log/site.log haweb;" },
        { "AccessLogFormat=json", "escape=json" },
        { "RequestHeader=X-Site: shop", "proxy_set_header X-Site \"shop\";" },
        { "ResponseHeader=X-Frame-Options: DENY", "add_header X-Frame-Options \"DENY\" always;" },
        { "ClientMaxBody=2M", "client_max_body_size 2097152;" },
        { "ClientTimeout=5s", "client_body_timeout 5000ms;" },
        { "ClientRate=9", "rate=9r/s;" },
        { "ClientConnections=8", "limit_conn haweb_connections 8;" },
        { "ConnectTimeout=250ms", "proxy_connect_timeout 250ms;" },
        { "ReadTimeout=3s", "proxy_read_timeout 3000ms;" },
        { "MaxFails=4", "max_fails=4" },
        { "FailTimeout=6s", "fail_timeout=6s" },
        { "Keepalive=5", "keepalive 5;" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void An_option_reaches_the_config(string lines, string expected)
    {
        Assert.DoesNotContain(expected, Written(Plain));
        Assert.Contains(expected, Written(With(lines)));
    }

    [Fact]
    public void Those_that_are_no_text_of_the_config_reach_the_balancer()
    {
        var options = Read(With("ConfigPath=/etc/nginx/site.conf\nTemplate=/site.liquid\nWhenEmpty=keep"));

        Assert.Equal(("/etc/nginx/site.conf", "/site.liquid", EmptyServiceAnswer.KeepLast), (options.ConfigPath, options.Template?.Path, options.WhenEmpty));
    }

    [Fact]
    public void There_is_no_other_option()
    {
        var tried = Lines.SelectMany(line => line.Data.Item1.Split('\n')).Select(line => line.Split('=')[0]).Concat(["ConfigPath", "Template", "WhenEmpty"]);

        Assert.Equal(new BalancerOptionsReader(new OptionProblems(), new OptionValues(new OptionProblems())).Readers.Keys.Order(), tried.Distinct().Order());
    }

    // A line takes the place of a plain one of its name.
    private static string With(string lines)
    {
        var names = lines.Split('\n').Select(line => line.Split('=')[0]).Where(name => name != "LoadBalancer").ToList();
        return string.Join('\n', Plain.Split('\n').Where(line => names.TrueForAll(name => !line.StartsWith(name + "=", StringComparison.Ordinal))).Append(lines))
            + (names.Contains("Listen") ? "\nListen=443" : "");
    }

    private static LoadBalancerOptions Read(string section)
    {
        var unit = UnitLinter.Check(UnitName.Parse("lb.service"), $"[Service]\nExecStart=/usr/bin/docker run nginx\n[X-HaWeb]\n{section}\n");
        Assert.DoesNotContain(unit.Problems, problem => problem.Severity == ProblemSeverity.Error);
        return LoadBalancerOptions.From(unit.Definition!.HaWeb);
    }

    private static string Written(string section)
    {
        var options = Read(section);
        var backend = new NamedBackend("nginx@1", new Backend(IPAddress.Parse("10.0.0.1"), 80));
        return NginxWriter.Write(new LoadBalancerConfig(options, options.BalancedServices.ToDictionary(service => service, _ => (IReadOnlyList<NamedBackend>)[backend]), 1));
    }
}
