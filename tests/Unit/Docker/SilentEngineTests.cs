using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>A real engine that stops answering while it is read from, and says no word of farewell.</summary>
public sealed class SilentEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logs_commands_and_terminals_of_an_engine_that_answers_no_more_end()
    {
        await using var daemon = await DockerDaemon.StartAsync();
        using var engine = new DockerEngine(daemon.Endpoint, "cluster-1");
        var spec = new ContainerSpec { Image = TestImage.Name, Name = "quiet", Arguments = ["sh", "-c", "echo here; sleep 1000"], Network = new() { Mode = "host" } };
        var created = (DockerResult.Created)await engine.ExecuteAsync(new DockerRequest.Create(spec, DockerFixture.Labels("quiet.service")), Token);
        await engine.ExecuteAsync(new DockerRequest.Start(created.Container), Token);
        await using var log = engine.ReadLogAsync("quiet", new LogRange(Follow: true), Token).GetAsyncEnumerator(Token);
        Assert.True(await log.MoveNextAsync());
        var isUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var command = engine.RunAsync("quiet", new ExecCommand(["sh", "-c", "echo up; sleep 1000"]), _ => isUp.TrySetResult(), Token);
        var terminal = new ScriptedTerminal();
        var session = engine.RunAsync("quiet", new ExecCommand(["sh"], Environment: ["PS1=ready "]), terminal, Token);
        await isUp.Task.WaitAsync(Patience, Token);
        await terminal.ShowsAsync("ready ", Token);

        await daemon.FreezeAsync();
        Task[] waiting = [log.MoveNextAsync().AsTask(), command, session];
        var failures = await Task.WhenAll(waiting.Select(one => Assert.ThrowsAsync<DockerException>(() => one.WaitAsync(Patience, Token))));
        await daemon.ThawAsync();

        Assert.All(failures, failure => Assert.Equal(DockerFailure.Unavailable, failure.Failure));
    }
}
