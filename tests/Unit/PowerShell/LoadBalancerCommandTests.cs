using HaWeb.Core.Storage;
using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class LoadBalancerCommandTests
{
    [Fact]
    public void All_backends_piped_in_make_one_config_whose_text_is_the_objects_text()
    {
        using var test = new TestCluster();
        test.Run("1..2 | ForEach-Object { Register-HaBackend website -Address 10.0.0.$_ -Port 80 }");

        var config = test.Run("Get-HaBackend website | New-HaLoadBalancerConfig -Listen 8080 -ServerName www.example.org -Algorithm LeastConnections -ConnectTimeout 250ms")
            .Single<HaLoadBalancerConfig>();

        Assert.Equal(config.Text, config.ToString());
        Assert.Contains("server 10.0.0.1:80", config.Text);
        Assert.Contains("server 10.0.0.2:80", config.Text);
        Assert.Contains("listen 8080", config.Text);
        Assert.Contains("server_name www.example.org", config.Text);
        Assert.Contains("least_conn", config.Text);
        Assert.Contains("proxy_connect_timeout 250ms", config.Text);
    }

    [Fact]
    public void Everything_that_can_be_asked_for_stands_in_both_programs_configs()
    {
        using var test = new TestCluster();
        test.Run("Register-HaBackend website -Address 10.0.0.1 -Port 80; Register-HaBackend api -Address 10.0.0.2 -Port 80");
        const string Ask = """
            Get-HaBackend website, api | New-HaLoadBalancerConfig -Service website -Location @{ '/v1' = 'api'; 'api.example.org/' = 'api' } -Algorithm Hash -HashKey cookie:session `
                -TlsCertificate /site.pem -RedirectToTls -ClientMaxBody 2MB -ClientTimeout 5s -ClientRate 9 -ClientConnections 7 `
                -RequestHeader @{ 'X-Site' = 'one' } -ResponseHeader @{ 'X-Frame-Options' = 'DENY' } -AccessLogFormat Json
            """;

        var nginx = test.Run(Ask).Single<HaLoadBalancerConfig>();
        var haproxy = test.Run(Ask + " -Engine HAProxy").Single<HaLoadBalancerConfig>();

        string[] both = ["10.0.0.1:80", "10.0.0.2:80", "/v1", "api.example.org", "session", "/site.pem", "308", "2097152", "5000ms", "429", "X-Site", "\"DENY\"", "{\"time\""];
        Assert.All(both, part => Assert.Contains(part, nginx.Text));
        Assert.All(both, part => Assert.Contains(part, haproxy.Text));
        Assert.Equal(["api", "website"], nginx.Services);
    }

    [Fact]
    public void A_template_makes_the_config_from_a_file_or_from_what_is_given()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "{{ services[0].name }} of a file");
        using var shell = new TestShell();

        Assert.Equal("website of a file", shell.Run($"New-HaLoadBalancerConfig website -Template {file}").Single<HaLoadBalancerConfig>().Text);
        var given = shell.Run("New-HaLoadBalancerConfig website -Template '{{ services[0].name }} as given'").Single<HaLoadBalancerConfig>();
        Assert.Equal(("website as given", true), (given.Text, given.FromTemplate));
        File.Delete(file);
    }

    [Fact]
    public void A_config_for_one_program_is_not_published_to_the_other()
    {
        using var shell = new TestShell();

        var error = shell.Run("New-HaLoadBalancerConfig website -Engine HAProxy | Publish-HaLoadBalancerConfig -Engine Nginx -Path /tmp/none.conf").Error;

        Assert.Equal("EngineMismatch", ShellResult.IdOf(error));
    }

    [Fact]
    public void No_backend_makes_no_config_unless_the_service_is_named()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.Run("Start-HaUnit web@1 -NoWait");

        Assert.Empty(test.Run("Get-HaBackend website | New-HaLoadBalancerConfig").All<HaLoadBalancerConfig>());
        Assert.Contains("503", test.Run("Get-HaBackend website | New-HaLoadBalancerConfig -Service website").Single<HaLoadBalancerConfig>().Text);
    }

    [Fact]
    public void Every_watched_change_makes_a_config_and_lost_backends_stay_in_it()
    {
        using var test = new TestCluster();
        var lease = test.GrantLease();
        test.Put(new StoreWrite.Put("/services/website/a", "10.0.0.1:80", lease));

        var result = test.Run(
            "$revoke = $args[0]; Watch-HaBackends website | New-HaLoadBalancerConfig | ForEach-Object { $_; $revoke.Invoke() } | Select-TestFirst 2",
            new Action(() => test.RevokeLease(lease)));

        Assert.Equal(2, result.Output.Count);
        Assert.All(result.All<HaLoadBalancerConfig>(), config => Assert.Contains("server 10.0.0.1:80", config.Text));
        Assert.Contains("website", Assert.Single(result.Warnings));
    }

    [Theory]
    [InlineData("-Listen 99999")]
    [InlineData("-Listen http")]
    [InlineData("-ServerName 'x; }'")]
    [InlineData("-Location @{ 'api' = 'api' }")]
    [InlineData("-MaxFails -1")]
    [InlineData("-HashKey body")]
    [InlineData("-NginxVersion new")]
    [InlineData("-Template '{{ nothing }}'")]
    [InlineData("-Template /no/such.liquid")]
    [InlineData("-TlsKey /a.key")]
    [InlineData("-TlsCertificate a.pem")]
    [InlineData("-TlsCertificate /a.pem -Listen 80")]
    [InlineData("-Engine HAProxy -TlsCertificate /a.pem -TlsKey /b.key")]
    [InlineData("-RequestHeader @{ Host = 'a' }")]
    [InlineData("-ResponseHeader @{ 'X-A' = 'a\"b' }")]
    [InlineData("-ClientMaxBody -1")]
    [InlineData("-ClientRate 0")]
    [InlineData("-RedirectToTls")]
    public void A_value_that_does_not_fit_is_refused(string arguments)
    {
        using var shell = new TestShell();

        var error = shell.Run($"New-HaLoadBalancerConfig -Service website {arguments}").Error;

        Assert.Contains(ShellResult.IdOf(error), new[] { "LoadBalancerInvalid", "ListenInvalid", "LocationInvalid", "HashKeyInvalid", "NginxVersionInvalid", "TemplateInvalid", "TemplateNotFound", "TlsKeyAlone" });
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }
}
