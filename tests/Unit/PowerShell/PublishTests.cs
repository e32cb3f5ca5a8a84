using HaWeb.Core.Containers;
using HaWeb.PowerShell.Output;
using HaWeb.Tests.Unit.Docker;
using HaWeb.Tests.Unit.LoadBalancing;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>Publish-HaLoadBalancerConfig on every place that a config can be in, with real balancers.</summary>
[Collection("Docker")]
public sealed class PublishTests(DockerFixture docker) : IDisposable
{
    private const string NginxStart = "server { listen 127.0.0.1:PORT; return 200 before; }";
    private const string HAProxyStart = "defaults\n mode http\n timeout client 9s\n timeout server 9s\n timeout connect 9s\nfrontend a\n bind 127.0.0.1:PORT\n http-request return status 200 content-type text/plain string before\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-publish-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    private readonly WebServer _backend = new("one");
    private readonly int _port = LocalPort.Free();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _backend.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Nginx", "file")]
    [InlineData("Nginx", "folder")]
    [InlineData("Nginx", "neither")]
    [InlineData("HAProxy", "file")]
    [InlineData("HAProxy", "folder")]
    [InlineData("HAProxy", "neither")]
    public async Task A_container_serves_it_whatever_is_mounted(string engine, string mount)
    {
        var (path, command) = engine == "Nginx"
            ? ("/etc/nginx/conf.d/default.conf", new[] { "nginx", "-g", "daemon off;" })
            : ("/usr/local/etc/haproxy/haproxy.cfg", ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]);
        var container = await StartAsync(engine, path, command, mount);
        var more = engine == "Nginx" ? "-AccessLog /var/log/nginx/site.log" : "";

        var result = Publish(engine, more, $"-Container {container} -DockerEndpoint {docker.Endpoint}");

        Assert.True(result.Errors.Count == 0, string.Join("; ", result.Errors));
        Assert.Equal(["Applied", "Unchanged"], result.All<HaLoadBalancerPublication>().Select(publication => publication.Result));
        Assert.Equal("one", await EventuallyOnlyAsync("before"));
        var bad = Publish(engine, more, $"-Container {container} -DockerEndpoint {docker.Endpoint}", "-Template '{{ generated }} nonsense'");
        Assert.Equal(["Rejected", "Rejected"], bad.Output.Select(output => ((HaLoadBalancerPublication)output).Result));
        Assert.Equal("one", await EventuallyOnlyAsync("before"));
        var mounted = mount == "neither" ? null : await File.ReadAllTextAsync(Path.Combine(_folder.FullName, Path.GetFileName(path)), Token);
        Assert.True(mounted is null || (mounted.Contains("haweb_website", StringComparison.Ordinal) && !mounted.Contains("nonsense", StringComparison.Ordinal)), mounted);
    }

    [Fact]
    public async Task A_HAProxy_of_this_machine_serves_it() => await HAProxy.RunAsync(_folder.FullName, HAProxyStart.Replace("PORT", $"{_port}"), _port, async () =>
    {
        var result = Publish("HAProxy", "", $"-Path {_folder.FullName}/haproxy.cfg -PidFile {_folder.FullName}/haproxy.pid");

        Assert.True(result.Errors.Count == 0, string.Join("; ", result.Errors));
        Assert.Equal(["Applied", "Unchanged"], result.All<HaLoadBalancerPublication>().Select(publication => publication.Result));
        Assert.Equal("one", await EventuallyOnlyAsync("before"));
    });

    [Fact]
    public async Task An_nginx_of_this_machine_serves_it() => await LoadBalancing.Nginx.RunAsync(_folder.FullName, NginxStart.Replace("PORT", $"{_port}"), workers: 1, async () =>
    {
        var result = Publish("Nginx", $"-AccessLog {_folder.FullName}/access.log", $"-Path {_folder.FullName}/site.conf -PidFile {_folder.FullName}/nginx.pid");

        Assert.True(result.Errors.Count == 0, string.Join("; ", result.Errors));
        Assert.Equal(["Applied", "Unchanged"], result.All<HaLoadBalancerPublication>().Select(publication => publication.Result));
        Assert.Equal("one", await EventuallyOnlyAsync("before"));
    });

    [Fact]
    public async Task Both_programs_test_without_installing()
    {
        var container = await StartAsync("Nginx", "/etc/nginx/conf.d/default.conf", ["nginx", "-g", "daemon off;"], "neither");
        using var shell = new TestShell();

        var results = shell.Run($$$"""
            $config = New-HaLoadBalancerConfig -Service website
            $config | Test-HaLoadBalancerConfig -Container {{{container}}} -DockerEndpoint {{{docker.Endpoint}}}
            New-HaLoadBalancerConfig -Service website -Engine HAProxy | Test-HaLoadBalancerConfig -Container {{{container}}} -DockerEndpoint {{{docker.Endpoint}}}
            New-HaLoadBalancerConfig -Service website -Engine HAProxy | Test-HaLoadBalancerConfig
            New-HaLoadBalancerConfig -Service website -Engine HAProxy -MaintenancePage /no/such/page | Test-HaLoadBalancerConfig
            $config | Test-HaLoadBalancerConfig
            New-HaLoadBalancerConfig -Service website -Template '{{ generated }} nonsense;' | Test-HaLoadBalancerConfig
            """).All<HaLoadBalancerTest>();

        Assert.Equal([true, true, true, false, true, false], results.Select(result => result.Valid));
        Assert.Contains("/no/such/page", results[3].Message);
        Assert.Contains("nonsense", results[5].Message);
        Assert.Equal([container, container, "haproxy", "haproxy", "nginx", "nginx"], results.Select(result => result.TestedBy));
    }

    private ShellResult Publish(string engine, string options, string target, string more = "")
    {
        using var test = new TestCluster();
        return test.Run($$"""
            Register-HaBackend website -Address 127.0.0.1 -Port {{_backend.Port}}
            $config = Get-HaBackend website | New-HaLoadBalancerConfig -Engine {{engine}} -Listen 127.0.0.1:{{_port}} {{options}} {{more}}
            $config, $config | Publish-HaLoadBalancerConfig {{target}}
            """);
    }

    private async Task<string> StartAsync(string engine, string path, string[] command, string mount)
    {
        var name = docker.NewName();
        var file = Path.Combine(_folder.FullName, Path.GetFileName(path));
        var text = (engine == "Nginx" ? NginxStart : HAProxyStart).Replace("PORT", $"{_port}");
        await File.WriteAllTextAsync(file, text, Token);
        var spec = new ContainerSpec
        {
            Image = TestImage.Name,
            Name = name,
            Arguments = command,
            Network = new() { Mode = "host" },
            Binds = mount switch { "file" => [$"{file}:{path}"], "folder" => [$"{_folder.FullName}:{Path.GetDirectoryName(path)}"], _ => [] },
        };
        var created = (DockerResult.Created)await docker.AskAsync(new DockerRequest.Create(spec, DockerFixture.Labels(name + ".service")));
        if (mount == "neither")
        {
            await docker.AskAsync(new DockerRequest.PutFile(created.Container, path, text));
        }

        await docker.AskAsync(new DockerRequest.Start(created.Container));
        Assert.Equal("before", await EventuallyOnlyAsync("none"));
        return name;
    }

    private Task<string> EventuallyOnlyAsync(string notThis) => _http.EventuallyOnlyAsync(_port, notThis, TimeSpan.FromSeconds(10));
}
