using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;
using HaWeb.Runtime.Templates;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>A balancer whose config comes from a template, or depends on the nginx that runs.</summary>
public sealed class ConfigSourceTests
{
    private const string Path = "/etc/haweb/site.liquid";
    private const string Template = "{% for backend in services[0].backends %}    server {{ backend.endpoint }} custom;\n{% endfor %}";

    private static readonly LoadBalancerOptions FromFile = new() { Services = ["website"], Template = new ConfigTemplate(Path, null) };
    private static readonly LoadBalancerOptions Secure = new()
    {
        Services = ["website"],
        Listen = [new ListenAddress(null, 443)],
        Tls = new TlsFiles("/site.pem", "/site.key"),
    };

    [Fact]
    public void A_template_makes_the_config_and_every_change_is_tested_first()
    {
        var world = new BalancerWorld(FromFile, new LiquidTemplates()) { Files = { [Path] = Template } };
        world.Put("nginx@1", "10.0.0.1:80");
        world.Running();
        Assert.Equal("    server 10.0.0.1:80 custom;\n", world.Served);

        world.Put("nginx@2", "10.0.0.2:80");

        Assert.Equal("    server 10.0.0.1:80 custom;\n    server 10.0.0.2:80 custom;\n", world.Served);
        Assert.True(Assert.Single(world.Applies).Request.TestFirst);
        Assert.Equal(world.Revision, world.Record.Applied);
    }

    [Fact]
    public void A_template_in_the_unit_needs_no_file()
    {
        var world = new BalancerWorld(FromFile with { Template = new ConfigTemplate(null, Template) }, new LiquidTemplates());
        world.Put("nginx@1", "10.0.0.1:80");

        world.Running();

        Assert.Equal("    server 10.0.0.1:80 custom;\n", world.Served);
    }

    [Fact]
    public void Without_its_template_a_balancer_is_not_ready_says_why_and_looks_again()
    {
        var world = new BalancerWorld(FromFile, new LiquidTemplates());
        world.Register();

        Assert.False(world.Sync.IsReady);
        Assert.Null(world.Sync.TakeInitialConfig());
        Assert.Contains(Path, world.Record.Error);
        Assert.Single(world.Reports, report => report.Message.Contains(Path));

        world.Files[Path] = Template;
        world.Pass(TimeSpan.FromSeconds(2));
        Assert.True(world.Sync.IsReady);
        Assert.Null(world.Record.Error);
    }

    [Fact]
    public void A_template_that_does_not_fit_the_newest_backends_leaves_the_config_and_acknowledges_nothing()
    {
        var world = new BalancerWorld(FromFile, new LiquidTemplates()) { Files = { [Path] = "{% if services[0].backends.size > 1 %}{{ no_such }}{% endif %}one" } };
        world.Put("nginx@1", "10.0.0.1:80");
        world.Running();
        var acknowledged = world.Record.Applied;

        world.Put("nginx@2", "10.0.0.2:80");
        Assert.Equal("one", world.Served);
        Assert.Equal(acknowledged, world.Record.Applied);
        Assert.Contains("no_such", world.Record.Error);
        Assert.False(world.Sync.IsReady);

        world.Withdraw("nginx@2");
        Assert.Equal(world.Revision, world.Record.Applied);
        Assert.Null(world.Record.Error);
    }

    [Fact]
    public void The_first_config_suits_every_nginx_and_the_next_the_one_that_runs()
    {
        var world = new BalancerWorld(Secure) { Version = new NginxVersion(1, 27, 3) };
        world.Register();
        var first = world.Sync.TakeInitialConfig()!;

        world.StartContainer(first);

        Assert.Contains("listen 443 ssl http2;", first);
        Assert.Contains("http2 on;", world.Served);
        Assert.True(Assert.Single(world.Applies).Request.TestFirst);

        // The next container starts with what the one before could.
        world.StopContainer();
        var second = world.Sync.TakeInitialConfig()!;
        world.StartContainer(second);
        Assert.Contains("http2 on;", second);
        Assert.Single(world.Applies);
        Assert.Equal(2, world.VersionQuestions);
    }

    [Fact]
    public void An_adopted_nginx_that_serves_the_syntax_of_its_version_is_not_reloaded()
    {
        var world = new BalancerWorld(Secure) { Version = new NginxVersion(1, 27, 3) }.Running();
        var reloads = world.Applies.Count;

        world.RestartAgent();

        Assert.Equal(reloads, world.Applies.Count);
    }

    [Fact]
    public void A_version_that_nobody_tells_holds_nothing_up()
    {
        var world = new BalancerWorld(Secure) { Version = null }.Running();

        world.Put("nginx@1", "10.0.0.1:80");

        Assert.Contains("server 10.0.0.1:80", world.Served);
        Assert.Contains("listen 443 ssl http2;", world.Served);
    }

    [Fact]
    public void Without_TLS_nobody_asks_for_a_version() => Assert.Equal(0, new BalancerWorld().Running().VersionQuestions);
}
