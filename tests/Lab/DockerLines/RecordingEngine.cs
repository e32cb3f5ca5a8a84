using System.Formats.Tar;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>A pretend Docker Engine on a socket, which writes down what it is asked and has <see cref="EngineAnswers"/> answer.</summary>
public sealed partial class RecordingEngine : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly EngineAnswers _answers = new();
    private readonly List<EngineRequest> _requests = [];
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"haweb-engine-{Guid.NewGuid():N}.sock");
    private readonly Task _accepting;

    public RecordingEngine()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(_path));
        _socket.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Its address.</summary>
    public string Address => "unix://" + _path;

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<EngineRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _accepting;
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _socket.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var head = await ReadHeadAsync(stream);
            if (head.Length == 0)
            {
                return;
            }

            var body = await ReadBodyAsync(stream, head);
            var target = head.Split(' ')[1];
            var question = target.IndexOf('?', StringComparison.Ordinal);
            var path = Version().Replace(Uri.UnescapeDataString(question < 0 ? target : target[..question]), "");
            var text = body.Length == 0 || head.StartsWith("POST", StringComparison.Ordinal) ? Encoding.UTF8.GetString(body) : await ListAsync(body);
            var request = new EngineRequest(head[..head.IndexOf(' ', StringComparison.Ordinal)], path, QueryOf(question < 0 ? "" : target[(question + 1)..]), text);
            EngineAnswer answer;
            lock (_requests)
            {
                answer = _answers.To(request);
                _requests.Add(request with { Status = answer.Status });
            }

            await WriteAsync(stream, request, answer, head.Contains("Upgrade:", StringComparison.OrdinalIgnoreCase));
            if (answer.IsHijacked)
            {
                socket.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null);
            }
        }
        catch (IOException)
        {
            // A client may leave in the middle of an answer.
        }
    }

    private static async Task WriteAsync(NetworkStream stream, EngineRequest request, EngineAnswer answer, bool upgrades)
    {
        var head = new StringBuilder();
        var status = !answer.IsHijacked ? $"{answer.Status} Status" : upgrades ? "101 UPGRADED" : "200 OK";
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nApi-Version: 1.41\r\nOstype: linux\r\n");
        head.Append(answer.IsHijacked ? "Content-Type: application/vnd.docker.raw-stream\r\n" : "Content-Type: application/json\r\nConnection: close\r\n");
        head.Append(answer.IsHijacked && upgrades ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "");
        if (answer.Stat is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"X-Docker-Container-Path-Stat: {Convert.ToBase64String(Encoding.UTF8.GetBytes(answer.Stat))}\r\n");
        }

        if (!answer.IsHijacked && answer.Status is not (204 or 304))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {answer.Body.Length}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        await stream.WriteAsync(request.Method == "HEAD" ? [] : answer.Body);
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        // Not every client ends its lines as HTTP wants it.
        while (!head.ToString().EndsWith("\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return "";
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static async Task<byte[]> ReadBodyAsync(NetworkStream stream, string head)
    {
        if (LengthHeader().Match(head) is { Success: true } length)
        {
            var whole = new byte[int.Parse(length.Groups[1].ValueSpan, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(whole);
            return whole;
        }

        var body = new MemoryStream();
        while (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            var chunk = new byte[int.Parse(await ReadLineAsync(stream), NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(chunk);
            await ReadLineAsync(stream);
            if (chunk.Length == 0)
            {
                break;
            }

            body.Write(chunk);
        }

        return body.ToArray();
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) > 0 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private static Dictionary<string, string> QueryOf(string query) => query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(field => field.Split('=', 2))
        .ToDictionary(field => field[0], field => Uri.UnescapeDataString(field.Length == 2 ? field[1].Replace('+', ' ') : ""), StringComparer.Ordinal);

    /// <summary>What an archive holds: of each entry its kind, name, mode, owner and size.</summary>
    private static async Task<string> ListAsync(byte[] archive)
    {
        var list = new StringBuilder();
        await using var reader = new TarReader(new MemoryStream(archive));
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            var name = string.Join('/', entry.Name.Split('/').Where(part => part is not ("" or ".")));
            var kind = entry.EntryType is TarEntryType.V7RegularFile ? TarEntryType.RegularFile : entry.EntryType;
            list.Append(CultureInfo.InvariantCulture, $"{kind} {name} {(int)entry.Mode & 0xFFF:x} {entry.Uid}:{entry.Gid} {entry.Length} {entry.LinkName}\n");
        }

        return list.ToString();
    }

    [GeneratedRegex(@"\A/v1\.[0-9]+(?=/)")]
    private static partial Regex Version();

    [GeneratedRegex(@"\nContent-Length: ([0-9]+)\r?\n", RegexOptions.IgnoreCase)]
    private static partial Regex LengthHeader();
}
