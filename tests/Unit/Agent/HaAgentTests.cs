using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Docker;
using HaWeb.Tests.Unit.Docker;
using HaWeb.Tests.Unit.LoadBalancing;

namespace HaWeb.Tests.Unit.Agent;

[Collection("Docker")]
public sealed class HaAgentTests(DockerFixture docker) : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("haweb-agent-").FullName;
    private readonly RecordingSink _reports = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_unit_is_run_and_advertised_adopted_by_the_next_agent_and_stopped()
    {
        await using var cluster = new ClusterClient(new EmbeddedStore(), new ClusterKeys(), ClusterKind.Local);
        var port = LocalPort.Free();
        var unit = $"[Service]\nExecStart=/usr/bin/docker run --name site --network host {TestImage.Name} sh -c \"trap 'exit 0' TERM; busybox httpd -f -p 127.0.0.1:{port} & wait\"\n"
            + $"[X-HaWeb]\nService=website\nPort={port}\nHealthCheck=tcp://:{port}\nDrainTimeout=1s\n";
        Assert.Empty((await cluster.ApplyAsync(new ImportUnits([new UnitSource("site.service", unit)]), Token)).Refusals);
        Assert.Empty((await cluster.ApplyAsync(new StartUnits(["site.service"]), Token)).Refusals);

        var first = await RunAgentUntilAsync(cluster, state => state.Backends.Entries.Count() == 1);
        var clusterId = await cluster.GetClusterIdAsync(Token);
        using var engine = new DockerEngine(docker.Endpoint, clusterId);
        var before = await InspectAsync(engine);
        var second = await RunAgentUntilAsync(cluster, state => state.Status.Entries.Count() == 1 && state.Backends.Entries.Count() == 1);
        var adopted = await InspectAsync(engine);
        Assert.Empty((await cluster.ApplyAsync(new StopUnits(["site.service"], Force: true), Token)).Refusals);
        await RunAgentUntilAsync(cluster, state => !state.Backends.Entries.Any() && state.Status.Entries.Single().Entry.Value.Active == "inactive");
        var gone = await Assert.ThrowsAsync<DockerException>(() => InspectAsync(engine));

        Assert.Equal($"127.0.0.1:{port}", first);
        Assert.Equal(first, second);
        Assert.Equal((before.Id, before.StartedAt), (adopted.Id, adopted.StartedAt));
        Assert.True(adopted.Running);
        Assert.Equal(DockerFailure.NoSuchContainer, gone.Failure);
    }

    [Fact]
    public async Task A_balancer_serves_TLS_and_HTTP_2_from_a_template_of_the_machine()
    {
        await using var cluster = new ClusterClient(new EmbeddedStore(), new ClusterKeys(), ClusterKind.Local);
        using var backend = new WebServer("one");
        var files = new ConfigFiles(_root);
        var template = Path.Combine(_root, "site.liquid");
        await File.WriteAllTextAsync(template, "{{ generated }}\n# by hand: {{ services[0].backends.size }}\n", Token);
        var (plain, tls) = (LocalPort.Free(), LocalPort.Free());
        var unit = $"""
            [Service]
            ExecStart=/usr/bin/docker run --name balancer --network host -v {_root}:/etc/tls {TestImage.Name} nginx -g "daemon off;"
            [X-HaWeb]
            LoadBalancer=website
            Listen=127.0.0.1:{plain} 127.0.0.1:{tls}/tls
            TlsCertificate=/etc/tls/{Path.GetFileName(files.Certificate)}
            TlsKey=/etc/tls/{Path.GetFileName(files.Certificate)}.key
            RedirectToTls=true
            ResponseHeader=X-Frame-Options: DENY
            Template={template}
            """;
        Assert.Empty((await cluster.ApplyAsync(new ImportUnits([new UnitSource("balancer.service", unit)]), Token)).Refusals);
        Assert.Empty((await cluster.ApplyAsync(new StartUnits(["balancer.service"]), Token)).Refusals);
        await RunAgentUntilAsync(cluster, state => state.Balancers.Entries.SingleOrDefault().Entry?.Value is { Applied: > 0 } && state.Status.Entries.SingleOrDefault().Entry?.Value.Active == "active");
        var put = await cluster.Store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("/services/website/a", $"127.0.0.1:{backend.Port}", 0)]), Token);
        await RunAgentUntilAsync(cluster, state => state.Balancers.Entries.SingleOrDefault().Entry?.Value is { Error: null } balancer && balancer.Drained >= put.Revision);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost" } });

        using var redirect = await client.GetAsync(new Uri($"http://127.0.0.1:{plain}/"), Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{tls}/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await client.SendAsync(request, Token);
        using var engine = new DockerEngine(docker.Endpoint, await cluster.GetClusterIdAsync(Token));
        var lines = new List<string>();
        await engine.RunAsync("balancer", new ExecCommand(["cat", "/etc/nginx/conf.d/default.conf"]), line => lines.Add(line.Text), Token);
        Assert.Empty((await cluster.ApplyAsync(new StopUnits(["balancer.service"], Force: true), Token)).Refusals);
        await RunAgentUntilAsync(cluster, state => state.Status.Entries.Single().Entry.Value.Active == "inactive");

        Assert.Equal($"https://127.0.0.1:{tls}/", redirect.Headers.Location?.ToString());
        Assert.Equal((HttpVersion.Version20, "one"), (answer.Version, await answer.Content.ReadAsStringAsync(Token)));
        Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
        Assert.Equal("# by hand: 1", lines[^1]);
    }

    [Fact]
    public async Task A_second_agent_of_a_machine_is_refused()
    {
        await using var cluster = new ClusterClient(new EmbeddedStore(), new ClusterKeys(), ClusterKind.Local);
        var folders = AgentFolders.For("m1", _root, _root);
        folders.Create();
        using var taken = AgentLock.Acquire(folders);

        var refusal = await Assert.ThrowsAsync<AgentStartException>(() => new HaAgent(Options, cluster, _reports).RunAsync(Token));

        Assert.Equal(Environment.ProcessId, refusal.RunningProcess);
    }

    private AgentOptions Options => new() { MachineId = "m1", Address = "127.0.0.1", Docker = docker.Endpoint, RunRoot = _root, StateRoot = _root };

    /// <summary>Runs an agent until the cluster is as wanted, and ends it; gives the first backend.</summary>
    private async Task<string?> RunAgentUntilAsync(ClusterClient cluster, Func<ClusterState, bool> wanted)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        ending.CancelAfter(TimeSpan.FromSeconds(30));
        var run = new HaAgent(Options, cluster, _reports).RunAsync(ending.Token);
        try
        {
            await foreach (var (state, _) in cluster.WatchAsync(null, ending.Token))
            {
                if (wanted(state))
                {
                    return state.Backends.Entries.FirstOrDefault().Entry?.Value.ToString();
                }
            }

            return null;
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException("It did not happen. Reports: " + string.Join("; ", _reports.Reports.Select(report => $"{report.Subject}: {report.Message}")));
        }
        finally
        {
            await ending.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }
    }

    private static async Task<ContainerState> InspectAsync(DockerEngine engine) =>
        ((DockerResult.Inspected)await engine.ExecuteAsync(new DockerRequest.Inspect("site"), Token)).Container;
}
