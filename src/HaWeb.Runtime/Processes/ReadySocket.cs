using System.Net.Sockets;
using System.Text;

namespace HaWeb.Runtime.Processes;

/// <summary>
/// The socket that a process of <c>Type=notify</c> is told by <c>NOTIFY_SOCKET</c>, where it says that it is ready: sd_notify(3). It has an abstract name, which
/// every user may write to, and what else is written is read and means nothing, so that nobody who writes has to wait.
/// </summary>
internal sealed class ReadySocket : IDisposable
{
    private const int LongestMessage = 4096;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the one of a run.</summary>
    /// <param name="invocation">The run.</param>
    public ReadySocket(string invocation)
    {
        var name = $"haweb/notify/{invocation}";
        Address = "@" + name;
        _socket.Bind(new UnixDomainSocketEndPoint("\0" + name));
        _ = ReceiveAsync();
    }

    /// <summary>The value of <c>NOTIFY_SOCKET</c>.</summary>
    public string Address { get; }

    /// <summary>Waits until the process says that it is ready.</summary>
    /// <returns>Whether it has; false when the socket was closed before.</returns>
    public Task<bool> IsReadyAsync() => _ready.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _ready.TrySetResult(false);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[LongestMessage];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer).ConfigureAwait(false);
                if (Encoding.UTF8.GetString(buffer, 0, length).Split('\n').Contains("READY=1", StringComparer.Ordinal))
                {
                    _ready.TrySetResult(true);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was closed: the process has ended, or the agent ends.
        }
    }
}
