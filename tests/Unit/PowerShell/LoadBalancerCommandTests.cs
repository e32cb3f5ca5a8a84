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
    public void A_value_that_does_not_fit_is_refused(string arguments)
    {
        using var shell = new TestShell();

        var error = shell.Run($"New-HaLoadBalancerConfig -Service website {arguments}").Error;

        Assert.Contains(ShellResult.IdOf(error), new[] { "LoadBalancerInvalid", "ListenInvalid" });
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }
}
