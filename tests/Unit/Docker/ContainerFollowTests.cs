using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

[Collection("Docker")]
public sealed class ContainerFollowTests(DockerFixture docker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_and_an_exit_are_told_at_once_and_once()
    {
        await using var events = docker.Engine.FollowAsync(Token).GetAsyncEnumerator(Token);
        await NextAsync<Event.ContainersListed>(events);

        var id = await docker.RunAsync(docker.NewName(), "sleep 0.2; exit 3");
        var started = await NextAsync<Event.ContainerStarted>(events, started => started.Container == id);
        var exited = await NextAsync<Event.ContainerExited>(events, exited => exited.Container == id);
        await docker.AskAsync(new DockerRequest.Remove(id, Force: true, Volumes: true, MayBeAbsent: false));
        var listed = await NextAsync<Event.ContainersListed>(events);

        Assert.Equal((id, id, 3), (started.Container, exited.Container, exited.ExitCode));
        Assert.DoesNotContain(listed.Containers, container => container.Id == id);
    }

    [Fact]
    public async Task The_list_has_the_clusters_containers_in_order_and_no_others()
    {
        var first = await docker.RunAsync(docker.NewName(), "exit 4");
        var second = await docker.RunAsync(docker.NewName(), "sleep 100");
        await docker.Client.Containers.WaitContainerAsync(first, Token);
        var foreign = await docker.Client.Containers.CreateContainerAsync(
            new() { Image = TestImage.Name, Cmd = ["true"], Labels = new Dictionary<string, string> { [ContainerLabels.ClusterLabel] = "other" } }, Token);

        await using var events = docker.Engine.FollowAsync(Token).GetAsyncEnumerator(Token);
        var listed = (await NextAsync<Event.ContainersListed>(events)).Containers;

        Assert.Equal((false, 4), (listed.Single(container => container.Id == first).Running, listed.Single(container => container.Id == first).ExitCode));
        Assert.Equal((true, null), (listed.Single(container => container.Id == second).Running, listed.Single(container => container.Id == second).ExitCode));
        Assert.DoesNotContain(listed, container => container.Id == foreign.ID);
        Assert.Equal(listed.Select(container => container.Id).Order(StringComparer.Ordinal), listed.Select(container => container.Id));
    }

    [Fact]
    public async Task A_change_of_health_brings_a_new_list()
    {
        await using var events = docker.Engine.FollowAsync(Token).GetAsyncEnumerator(Token);
        await NextAsync<Event.ContainersListed>(events);
        var health = new ContainerHealth { Command = "true", Interval = TimeSpan.FromMilliseconds(50) };

        var id = await docker.RunAsync(docker.NewName(), "sleep 100", spec => spec with { Health = health });
        await NextAsync<Event.ContainersListed>(events, listed => listed.Containers.Any(container => container.Id == id && container.HealthStatus == "healthy"));

        await docker.AskAsync(new DockerRequest.Remove(id, Force: true, Volumes: true, MayBeAbsent: false));
    }

    [Fact]
    public async Task An_engine_that_is_killed_and_comes_back_is_lost_once_and_listed_again()
    {
        await using var daemon = await DockerDaemon.StartAsync();
        using var engine = new DockerEngine(daemon.Endpoint, "cluster-1");
        var spec = new ContainerSpec { Image = TestImage.Name, Name = "web", Arguments = ["sh", "-c", "trap exit TERM; while true; do sleep 0.1; done"], Network = new() { Mode = "host" } };
        var created = (DockerResult.Created)await engine.ExecuteAsync(new DockerRequest.Create(spec, DockerFixture.Labels("x.service")), Token);
        await engine.ExecuteAsync(new DockerRequest.Start(created.Container), Token);
        await using var events = engine.FollowAsync(Token).GetAsyncEnumerator(Token);
        Assert.True((await NextAsync<Event.ContainersListed>(events)).Containers.Single().Running);

        await daemon.KillAsync();
        Assert.True(await events.MoveNextAsync());
        var lost = Assert.IsType<Event.DockerLost>(events.Current);
        var failure = await Assert.ThrowsAsync<DockerException>(() => engine.ExecuteAsync(new DockerRequest.Inspect("web"), Token));
        await daemon.RunAsync();
        Assert.True(await events.MoveNextAsync());
        var listed = Assert.IsType<Event.ContainersListed>(events.Current);

        Assert.NotEmpty(lost.Reason);
        Assert.Equal(DockerFailure.Unavailable, failure.Failure);
        Assert.Equal(created.Container, listed.Containers.Single().Id);
    }

    [Fact]
    public async Task Following_ends_when_cancelled_and_an_engine_that_never_was_is_lost()
    {
        using var engine = new DockerEngine(DockerEndpoint.Parse("unix:///tmp/haweb-no-such.sock"), "cluster-1");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = engine.FollowAsync(ending.Token).GetAsyncEnumerator(ending.Token);

        Assert.True(await events.MoveNextAsync());
        Assert.IsType<Event.DockerLost>(events.Current);
        var next = events.MoveNextAsync().AsTask();
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<Event> events, Func<T, bool>? accept = null)
        where T : Event
    {
        while (await events.MoveNextAsync())
        {
            if (events.Current is T wanted && accept?.Invoke(wanted) != false)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The events ended.");
    }
}
