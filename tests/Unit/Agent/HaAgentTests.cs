using System.Net;
using System.Net.Sockets;
using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Docker;
using HaWeb.Tests.Unit.Docker;

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
        var port = FreePort();
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
