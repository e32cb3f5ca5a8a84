using Docker.DotNet;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>One Docker Engine for all tests that need one and do not break it.</summary>
public sealed class DockerFixture : IAsyncLifetime
{
    private const string Cluster = "cluster-1";

    private DockerDaemon? _daemon;
    private int _count;

    public DockerEndpoint Endpoint => _daemon!.Endpoint;

    /// <summary>The driver, for the cluster that the tests are.</summary>
    public DockerEngine Engine { get; private set; } = null!;

    /// <summary>Docker as anyone can use it.</summary>
    public DockerClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _daemon = await DockerDaemon.StartAsync();
        Engine = new DockerEngine(Endpoint, Cluster);
        Client = Endpoint.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Engine?.Dispose();
        Client?.Dispose();
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }
    }

    /// <summary>A name that no other test uses.</summary>
    public string NewName() => $"c{Interlocked.Increment(ref _count)}";

    public static ContainerLabels Labels(string unit) => new(Cluster, unit, 7, "hash", 3, "boot", new DateTimeOffset(2026, 1, 1, 2, 30, 0, 123, TimeSpan.Zero));

    /// <summary>Runs a shell script in a new container of the cluster, and gives its id.</summary>
    public async Task<string> RunAsync(string name, string script, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var spec = new ContainerSpec { Image = TestImage.Name, Name = name, Arguments = ["sh", "-c", script], Network = new() { Mode = "host" } };
        var created = (DockerResult.Created)await AskAsync(new DockerRequest.Create(change?.Invoke(spec) ?? spec, Labels(name + ".service")));
        await AskAsync(new DockerRequest.Start(created.Container));
        return created.Container;
    }

    public Task<DockerResult> AskAsync(DockerRequest request) => Engine.ExecuteAsync(request, TestContext.Current.CancellationToken);

    public async Task<ContainerState> InspectAsync(string container) =>
        ((DockerResult.Inspected)await AskAsync(new DockerRequest.Inspect(container))).Container;
}
