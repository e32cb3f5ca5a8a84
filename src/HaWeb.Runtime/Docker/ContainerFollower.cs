using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;

namespace HaWeb.Runtime.Docker;

/// <summary>Follows the containers of a cluster on one engine: all of them, then what happens to them, through every loss of the engine.</summary>
internal sealed class ContainerFollower
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ListInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    // Several changes that only a list can tell are told by one.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private readonly DockerConnection _connection;
    private readonly ContainerList _list;
    private readonly string _clusterId;

    public ContainerFollower(DockerConnection connection, ContainerList list, string clusterId)
    {
        _connection = connection;
        _list = list;
        _clusterId = clusterId;
    }

    public async IAsyncEnumerable<Event> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        var lost = false;
        while (true)
        {
            string? reason;
            var events = AttemptAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (events.ConfigureAwait(false))
            {
                while (true)
                {
                    (var happened, reason) = await NextAsync(events).ConfigureAwait(false);
                    if (happened is null)
                    {
                        break;
                    }

                    lost = false;
                    pause = ShortestPause;
                    yield return happened;
                }
            }

            if (!lost)
            {
                lost = true;
                yield return new Event.DockerLost(reason ?? "its event stream ended");
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static async Task<(Event? Happened, string? Reason)> NextAsync(IAsyncEnumerator<Event> events)
    {
        try
        {
            return (await events.MoveNextAsync().ConfigureAwait(false) ? events.Current : null, null);
        }
        catch (DockerException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Lists and follows until the engine is lost, which is a <see cref="DockerException"/>.</summary>
    private async IAsyncEnumerable<Event> AttemptAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var messages = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });

        // From a time of the engine's own clock before the list: nothing that happens during it is lost.
        var info = await _connection.CallAsync((client, token) => client.System.GetSystemInfoAsync(token), cancellationToken).ConfigureAwait(false);
        var monitor = MonitorAsync(info.SystemTime, messages.Writer, ending.Token);
        try
        {
            var history = new ContainerHistory();
            while (true)
            {
                var containers = await _list.ReadAsync(cancellationToken).ConfigureAwait(false);
                history.Restart(containers);
                yield return new Event.ContainersListed([.. containers.Select(ContainerStates.From).Where(container => container.Labels is not null)]);

                var listAt = TimeProvider.System.GetUtcNow() + ListInterval;
                while (await WaitAsync(messages.Reader, listAt, cancellationToken).ConfigureAwait(false))
                {
                    while (messages.Reader.TryRead(out var message))
                    {
                        if (history.Take(message) is { } happened)
                        {
                            yield return happened;
                        }
                        else if (NeedsList(message))
                        {
                            listAt = Earlier(listAt, TimeProvider.System.GetUtcNow() + Gathering);
                        }
                    }
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await monitor.ConfigureAwait(false);
        }
    }

    private static bool NeedsList(Message message) =>
        message.Action is "destroy" or "rename" || message.Action?.StartsWith("health_status", StringComparison.Ordinal) == true;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>Waits for messages; false when it is time to list. While nothing happens, the engine has to answer a ping now and then.</summary>
    private async Task<bool> WaitAsync(ChannelReader<Message> messages, DateTimeOffset listAt, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var news = messages.WaitToReadAsync(waiting.Token).AsTask();
        while (true)
        {
            var left = listAt - TimeProvider.System.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                await waiting.CancelAsync().ConfigureAwait(false);
                return false;
            }

            try
            {
                return await news.WaitAsync(left < PingInterval ? left : PingInterval, cancellationToken).ConfigureAwait(false)
                    ? true
                    : throw new DockerException(DockerFailure.Unavailable, $"The Docker Engine at {_connection.Name} ended its event stream.");
            }
            catch (TimeoutException)
            {
                await _connection.CallAsync(PingInterval, (client, token) => client.System.PingAsync(token), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Puts the engine's events into the channel until cancelled, and ends the channel when the stream ends.</summary>
    private async Task MonitorAsync(string since, ChannelWriter<Message> messages, CancellationToken cancellationToken)
    {
        var parameters = new ContainerEventsParameters
        {
            Since = ContainerStates.TimeOf(since) is { } time ? LogReader.SecondsOf(time) : null,
            Filters = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
            {
                ["type"] = One("container"),
                ["label"] = One($"{ContainerLabels.ClusterLabel}={_clusterId}"),
            },
        };
        try
        {
            await _connection.CallAsync(
                Timeout.InfiniteTimeSpan,
                (client, token) => client.System.MonitorEventsAsync(parameters, new Writer(messages), token),
                cancellationToken).ConfigureAwait(false);
            messages.TryComplete();
        }
        catch (OperationCanceledException)
        {
            messages.TryComplete();
        }
        catch (DockerException e)
        {
            messages.TryComplete(e);
        }
    }

    private static Dictionary<string, bool> One(string value) => new(StringComparer.Ordinal) { [value] = true };

    private sealed class Writer(ChannelWriter<Message> messages) : IProgress<Message>
    {
        public void Report(Message value) => messages.TryWrite(value);
    }
}
