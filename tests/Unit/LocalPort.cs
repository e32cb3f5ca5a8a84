using System.Net;
using System.Net.Sockets;

namespace HaWeb.Tests.Unit;

/// <summary>
/// Ports of this machine for servers that a test starts. Each is given once, and lies below those that the kernel gives to whoever names none: a port that was free a
/// moment ago may otherwise be the next one's before the server has it.
/// </summary>
internal static class LocalPort
{
    private const int First = 10_000;
    private const int Count = 20_000;
    private static int _next = Random.Shared.Next(Count);

    public static int Free() => Enumerable.Range(0, Count).Select(_ => First + (Interlocked.Increment(ref _next) % Count)).First(IsFree);

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
