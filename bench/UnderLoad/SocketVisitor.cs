using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>Opens WebSockets, talks through them, and tells how they began and ended.</summary>
internal sealed class SocketVisitor(Uri url, Action<RequestOutcome> report)
{
    private static readonly TimeSpan BetweenWords = TimeSpan.FromMilliseconds(250);
    private int _number;

    /// <summary>Keeps one open, and opens another one when it is closed, until it is stopped.</summary>
    public async Task StayAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var socket = NewSocket();
            var visit = new Visit(Interlocked.Increment(ref _number));
            if (await OpenAsync(socket, visit))
            {
                await TalkAsync(socket, visit, stop);
            }
            else
            {
                // The next try is another visitor's, who does not come at once.
                await Task.Delay(BetweenWords, CancellationToken.None);
            }
        }
    }

    /// <summary>Opens one and closes it.</summary>
    public async Task LookInAsync()
    {
        using var socket = NewSocket();
        await OpenAsync(socket, new Visit(Interlocked.Increment(ref _number)));
    }

    private static ClientWebSocket NewSocket()
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        return socket;
    }

    private async Task<bool> OpenAsync(ClientWebSocket socket, Visit visit)
    {
        try
        {
            using var limit = new CancellationTokenSource(Visits.Patience);
            await socket.ConnectAsync(url, limit.Token);
            visit.Server = await HearAsync(socket, limit.Token);
            report(visit.Ends(Visits.Handshake, null));
            return true;
        }
        catch (OperationCanceledException)
        {
            report(visit.Ends(Visits.Handshake, $"no answer within {Visits.Patience.TotalSeconds:0} s"));
        }
        catch (WebSocketException problem)
        {
            report(visit.Ends(Visits.Handshake, problem.Message));
        }

        return false;
    }

    private async Task TalkAsync(ClientWebSocket socket, Visit visit, CancellationToken stop)
    {
        string? end = null;
        try
        {
            for (var word = 1; !stop.IsCancellationRequested; word++)
            {
                using var limit = new CancellationTokenSource(Visits.Patience);
                var text = $"word {word}";
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
                if (await HearAsync(socket, limit.Token) is var heard && heard != text)
                {
                    end = $"heard '{heard}' instead of '{text}'";
                    break;
                }

                await Task.Delay(BetweenWords, CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            end = $"silent for {Visits.Patience.TotalSeconds:0} s";
        }
        catch (WebSocketException problem)
        {
            end = problem.Message;
        }

        report(visit.Ends(Visits.Socket, end));
    }

    private static async Task<string> HearAsync(ClientWebSocket socket, CancellationToken limit)
    {
        var buffer = new byte[256];
        var heard = await socket.ReceiveAsync(buffer, limit);
        return heard.MessageType == WebSocketMessageType.Close
            ? throw new WebSocketException("closed by the other side")
            : Encoding.UTF8.GetString(buffer, 0, heard.Count);
    }

    /// <summary>One WebSocket, from the wish for it to its end.</summary>
    private sealed class Visit(int number)
    {
        private readonly DateTimeOffset _begin = DateTimeOffset.UtcNow;
        private readonly Stopwatch _watch = Stopwatch.StartNew();

        public string Server { get; set; } = "";

        public RequestOutcome Ends(string kind, string? error) => new(
            number, _begin, Math.Round(_watch.Elapsed.TotalMilliseconds, 1), error is null ? 200 : null, Server, error)
        {
            Kind = kind,
        };
    }
}
