using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Terminals;

namespace HaWeb.Tests.Unit.Docker;

[Collection("Docker")]
public sealed class ExecTerminalTests(DockerFixture docker)
{
    private const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.05; done";

    // What is interrupted here runs in a shell of its own: an interactive one may lose Ctrl+C while it starts a command.
    // Says the terminal's size, and again when it has another one, which it learns of a moment after it was set.
    private const string SayNewSize = "sh -c 'while true; do s=$(busybox stty size); [ \"$s\" = \"$l\" ] || echo \"<$s>\"; l=$s; sleep 0.02; done'\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_typed_goes_in_Ctrl_C_too_and_sizes_follow_the_terminal()
    {
        var id = await docker.RunAsync(docker.NewName(), Forever);
        var terminal = new ScriptedTerminal();
        var running = docker.Engine.RunAsync(id, new ExecCommand(["sh"], Environment: ["PS1=ready "]), terminal, Token);

        await terminal.ShowsAsync("ready ", Token);
        terminal.Type(SayNewSize);
        await terminal.ShowsAsync("<30 100>", Token);
        terminal.Resize(new TerminalSize(77, 22));
        await terminal.ShowsAsync("<22 77>", Token);
        terminal.Type("\u0003");
        terminal.Type("sh -c 'echo slow; exec sleep 1000'\n");
        await terminal.ShowsAsync("\nslow", Token);
        terminal.Type("\u0003");
        await terminal.ShowsAsync("slow\r\n^C", Token);
        terminal.Type("echo still $((40 + 2)) here; exit 5\n");

        Assert.Equal(5, await running.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Contains("still 42 here", terminal.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_takes_the_terminal_away_at_once()
    {
        var id = await docker.RunAsync(docker.NewName(), Forever);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var terminal = new ScriptedTerminal();
        var running = docker.Engine.RunAsync(id, new ExecCommand(["sh"], Environment: ["PS1=ready "]), terminal, cancellation.Token);
        await terminal.ShowsAsync("ready ", Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_program_that_is_not_there_ends_is_one_that_cannot_be_run()
    {
        var id = await docker.RunAsync(docker.NewName(), Forever);

        Assert.InRange(await docker.Engine.RunAsync(id, new ExecCommand(["/no/such"]), new ScriptedTerminal(), Token), 126, 127);
    }

    [Fact]
    public async Task A_container_that_is_not_there_has_no_terminal()
    {
        var failure = await Assert.ThrowsAsync<DockerException>(() => docker.Engine.RunAsync("nobody", new ExecCommand(["sh"]), new ScriptedTerminal(), Token));

        Assert.Equal(DockerFailure.NoSuchContainer, failure.Failure);
    }
}
