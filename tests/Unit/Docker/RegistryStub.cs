using System.Formats.Tar;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>A registry of this machine with one image in it, <c>app:latest</c>: busybox, which sleeps.</summary>
internal sealed class RegistryStub : IDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly byte[] _manifest;
    private int _pulls;

    private RegistryStub(byte[] layer)
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var config = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{architecture}}}","os":"linux","config":{"Cmd":["/bin/busybox","sleep","1000"]},"rootfs":{"type":"layers","diff_ids":["{{{Keep(layer)}}}"]}}""");
        _manifest = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
            "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{config.Length}},"digest":"{{Keep(config)}}"},
            "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":{{layer.Length}},"digest":"{{Keep(layer)}}"}]}
            """);
        Address = $"127.0.0.1:{LocalPort.Free()}";
        _listener.Prefixes.Add($"http://{Address}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The name under which the image is pulled.</summary>
    public string Image => Address + "/app:latest";

    /// <summary>How often the image was asked for.</summary>
    public int Pulls => _pulls;

    public static async Task<RegistryStub> StartAsync()
    {
        using var layer = new MemoryStream();
        await using (var tar = new TarWriter(layer, leaveOpen: true))
        {
            await tar.WriteEntryAsync("/bin/busybox", "bin/busybox", TestContext.Current.CancellationToken);
        }

        return new RegistryStub(layer.ToArray());
    }

    public void Dispose() => _listener.Close();

    private string Keep(byte[] blob)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));
        _blobs[digest] = blob;
        return digest;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await AnswerAsync(context);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var parts = context.Request.Url!.AbsolutePath.Trim('/').Split('/');
        var blob = parts is [.., "blobs", var digest] ? _blobs.GetValueOrDefault(digest) : null;
        var body = parts is ["v2"] ? [] : parts is [.., "manifests", _] ? _manifest : blob;
        var response = context.Response;
        response.StatusCode = body is null ? 404 : 200;
        if (parts is [.., "manifests", _])
        {
            Interlocked.Increment(ref _pulls);
            response.ContentType = ManifestType;
            response.AddHeader("Docker-Content-Digest", "sha256:" + Convert.ToHexStringLower(SHA256.HashData(_manifest)));
        }

        response.ContentLength64 = body?.Length ?? 0;
        if (context.Request.HttpMethod != "HEAD" && body is not null)
        {
            await response.OutputStream.WriteAsync(body);
        }

        response.Close();
    }
}
