using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>
/// The load: 300 requests a second at fixed times, one in two on a connection of its own; a slow page twice a second; WebSockets that stay, and one after
/// the other that comes and goes. How each ended is a line of the output.
/// </summary>
internal sealed class Visits(Uri site)
{
    public const string Fast = "fast";
    public const string Slow = "slow";

    /// <summary>A WebSocket's opening.</summary>
    public const string Handshake = "handshake";

    /// <summary>A WebSocket's life, from its opening on.</summary>
    public const string Socket = "socket";

    /// <summary>Fast requests a second.</summary>
    public const int Rate = 300;

    /// <summary>What a slow page takes by itself.</summary>
    public static readonly TimeSpan SlowPage = TimeSpan.FromSeconds(5);

    /// <summary>What an answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int MostFast = 90_000;
    private const int Sockets = 8;
    private static readonly TimeSpan BetweenSlow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenHandshakes = TimeSpan.FromMilliseconds(500);

    /// <summary>Visits until it is stopped, or for five minutes.</summary>
    public async Task RunAsync(Action<RequestOutcome> report, CancellationToken stop)
    {
        var between = TimeSpan.FromSeconds(1) / Rate;
        var fast = new RequestPlan(site, MostFast, between, Patience) { Kind = Fast, KeepConnections = true, Numbered = true };
        var slow = new RequestPlan(new Uri(site, "slow"), (int)(MostFast * between / BetweenSlow), BetweenSlow, SlowPage + Patience) { Kind = Slow, Numbered = true };
        fast.Validate();
        slow.Validate();
        using var fastSender = new RequestSender(fast, report);
        using var slowSender = new RequestSender(slow, report);
        var sockets = new SocketVisitor(new UriBuilder(new Uri(site, "socket")) { Scheme = "ws" }.Uri, report);
        await Task.WhenAll(
        [
            Task.Run(() => fastSender.RunAsync(stop), CancellationToken.None),
            Task.Run(() => slowSender.RunAsync(stop), CancellationToken.None),
            .. Enumerable.Range(0, Sockets).Select(_ => sockets.StayAsync(stop)),
            ComeAndGoAsync(sockets, stop),
        ]);
    }

    private static async Task ComeAndGoAsync(SocketVisitor sockets, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(BetweenHandshakes);
        var visits = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                visits.Add(sockets.LookInAsync());
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(visits);
        }
    }
}
