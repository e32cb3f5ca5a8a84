using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>A web server on a free port of this machine that answers every request with its name and keeps connections open.</summary>
internal sealed class WebServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;

    public WebServer(string name)
    {
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {name.Length}\r\n\r\n{name}");
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>How many connections were made to it.</summary>
    public int Connections { get; private set; }

    /// <summary>The headers of the last request.</summary>
    public string LastRequest { get; private set; } = "";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                Connections++;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        try
        {
            var request = new StringBuilder();
            while (await reader.ReadLineAsync() is { } line)
            {
                request.AppendLine(line);
                if (line.Length == 0)
                {
                    LastRequest = request.ToString();
                    request.Clear();
                    await stream.WriteAsync(_answer);
                }
            }
        }
        catch (IOException)
        {
            // nginx has closed the connection.
        }
    }
}
