using System.Globalization;
using Docker.DotNet.Models;
using HaWeb.Core.Effects;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

public sealed class ContainerHistoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_exit_that_a_list_has_told_is_not_told_again()
    {
        var history = new ContainerHistory();
        history.Restart([Listed(running: false, startedAt: 0, finishedAt: 10)]);

        Assert.Null(history.Take(Message("start", 1)));
        Assert.Null(history.Take(Message("die", 11)));
        Assert.IsType<Event.ContainerStarted>(history.Take(Message("start", 20)));
        Assert.Equal(new Event.ContainerExited("a", 3), history.Take(Message("die", 30)));
    }

    [Fact]
    public void An_exit_from_before_the_run_that_a_list_has_told_is_not_told()
    {
        var history = new ContainerHistory();
        history.Restart([Listed(running: true, startedAt: 20, finishedAt: 10)]);

        Assert.Null(history.Take(Message("die", 11)));
        Assert.Null(history.Take(Message("start", 21)));
        Assert.IsType<Event.ContainerExited>(history.Take(Message("die", 30)));
        Assert.Null(history.Take(Message("die", 30)));
    }

    private static ContainerInspectResponse Listed(bool running, int startedAt, int finishedAt) => new()
    {
        ID = "a",
        State = new ContainerState { Running = running, StartedAt = TextOf(startedAt), FinishedAt = TextOf(finishedAt) },
    };

    private static string TextOf(int seconds) => Noon.AddSeconds(seconds).ToString("O", CultureInfo.InvariantCulture);

    private static Message Message(string action, int seconds) => new()
    {
        Action = action,
        Actor = new Actor { ID = "a", Attributes = new Dictionary<string, string> { ["exitCode"] = "3" } },
        TimeNano = (Noon.AddSeconds(seconds) - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
    };
}
