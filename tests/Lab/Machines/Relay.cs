using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HaWeb.Lab;

/// <summary>
/// A port of this host's own 127.0.0.1 that leads to an address of a lab: a test, which is outside of the lab's network, uses a client library through it.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private const int NewNetwork = 0x40000000;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly string _netNamespace;
    private readonly IPEndPoint _target;
    private readonly Task _accepting;

    internal Relay(string netNamespace, IPEndPoint target)
    {
        _netNamespace = netNamespace;
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its end on this host.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Closes it and all connections through it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                connections.Add(ForwardAsync(await _listener.AcceptSocketAsync(_ending.Token)));
                connections.RemoveAll(connection => connection.IsCompleted);
            }
            catch (OperationCanceledException)
            {
                // It is being closed.
            }
        }

        await Task.WhenAll(connections);
    }

    /// <summary>Forwards one connection until either side closes it, which closes the other: that is how a client sees a machine go.</summary>
    private async Task ForwardAsync(Socket near)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        limit.CancelAfter(ConnectLimit);
        using var far = SocketIn(_netNamespace);
        using (near)
        {
            try
            {
                await far.ConnectAsync(_target, limit.Token);
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
                Task[] ways = [CopyAsync(near, far, ending.Token), CopyAsync(far, near, ending.Token)];
                await Task.WhenAny(ways);
                await ending.CancelAsync();
                await Task.WhenAll(ways);
            }
            catch (Exception problem) when (problem is SocketException or OperationCanceledException or IOException)
            {
                // The far side cannot be reached, one side broke off, or the relay closes: the connection is over.
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, cancellation) is > 0 and var count)
        {
            for (var sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellation);
            }
        }
    }

    /// <summary>A socket belongs to the network of the thread that makes it: this one is made on a thread that enters the namespace, and ends.</summary>
    private static Socket SocketIn(string netNamespace)
    {
        Socket? socket = null;
        var error = 0;
        var thread = new Thread(() =>
        {
            using var file = File.OpenHandle($"/run/netns/{netNamespace}");
            if (SetNamespace(file, NewNetwork) == 0)
            {
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            }
            else
            {
                error = Marshal.GetLastPInvokeError();
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new LabException($"The network namespace {netNamespace} cannot be entered: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(SafeHandle file, int kind);
}
