using System.Net.Sockets;
using System.Text;
using HaWeb.Core.Containers;
using HaWeb.Core.Processes;
using HaWeb.Runtime.Processes;

namespace HaWeb.Tests.Unit.Processes;

/// <summary>Processes that say when they are ready, as sd_notify(3) has it.</summary>
public sealed class ReadySocketTests : IAsyncLifetime
{
    private static readonly ContainerLabels Labels = new("cluster", "app.service", 7, "hash", 0, "boot");

    private readonly string _folder = Directory.CreateTempSubdirectory("haweb-ready-").FullName;
    private ProcessDriver _driver = null!;

    public ValueTask InitializeAsync()
    {
        _driver = new ProcessDriver(_folder, "cluster", mayStart: true);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _driver.ExecuteAsync(new ProcessRequest.Forget("app.service"), CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_is_waited_for_until_it_says_so_and_may_say_more_later()
    {
        var started = await StartAsync("""test "$NOTIFY_SOCKET" = "@haweb/notify/$INVOCATION_ID" && exec sleep 60""");
        var address = $"haweb/notify/{started.Process["process-".Length..]}";

        var ready = _driver.ExecuteAsync(new ProcessRequest.AwaitReady(started.Process), TestContext.Current.CancellationToken);
        using var sender = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        Say("STATUS=loading");
        Assert.False(ready.IsCompleted);
        Say("STATUS=here\nREADY=1\n");
        Assert.IsType<ProcessResult.Done>(await ready);

        // More than a socket holds that nobody reads.
        for (var i = 0; i < 1_000; i++)
        {
            Say("STATUS=at work");
        }

        void Say(string text) => sender.SendTo(Encoding.UTF8.GetBytes(text), new UnixDomainSocketEndPoint("\0" + address));
    }

    [Fact]
    public async Task One_that_ends_before_it_says_so_is_waited_for_no_longer()
    {
        var started = await StartAsync("exit 3");

        var failure = await Assert.ThrowsAsync<ProcessException>(() => _driver.ExecuteAsync(new ProcessRequest.AwaitReady(started.Process), TestContext.Current.CancellationToken));

        Assert.Equal("it ended before it said that it is ready (READY=1)", failure.Message);
    }

    private async Task<ProcessResult.Started> StartAsync(string script) => Assert.IsType<ProcessResult.Started>(await _driver.ExecuteAsync(
        new ProcessRequest.Run(new ProcessSpec("/bin/sh", ["-c", script]) { SaysWhenReady = true }, Labels), TestContext.Current.CancellationToken));
}
