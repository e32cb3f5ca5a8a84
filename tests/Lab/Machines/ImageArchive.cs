using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HaWeb.Lab;

/// <summary>A file that <c>docker load</c> takes: images with their layers, how they are run and stopped, and a list of all.</summary>
internal sealed class ImageArchive : IAsyncDisposable
{
    private readonly string _path;
    private readonly TarWriter _archive;
    private readonly Dictionary<Func<ImageLayer, Task>, (string Name, string Digest)> _layers = [];
    private readonly List<object> _list = [];

    private ImageArchive(string path)
    {
        _path = path;
        _archive = new TarWriter(File.Create(path));
    }

    /// <summary>Writes one.</summary>
    public static async Task WriteAsync(string path, params IReadOnlyList<Image> images)
    {
        await using var archive = new ImageArchive(path);
        foreach (var image in images)
        {
            await archive.AddAsync(image);
        }

        archive.AddText("manifest.json", JsonSerializer.Serialize(archive._list));
    }

    public ValueTask DisposeAsync() => _archive.DisposeAsync();

    private async Task AddAsync(Image image)
    {
        foreach (var fill in image.Layers)
        {
            if (!_layers.ContainsKey(fill))
            {
                _layers[fill] = await AddLayerAsync(fill);
            }
        }

        var layers = image.Layers.Select(fill => _layers[fill]).ToList();
        var config = $"{image.Name.Split(':')[0]}.json";
        AddText(config, JsonSerializer.Serialize(new
        {
            architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            os = "linux",
            config = new
            {
                image.Entrypoint,
                Cmd = image.Command,
                Env = (string[])["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                ExposedPorts = new Dictionary<string, object> { ["80/tcp"] = new() },
                StopSignal = "SIGQUIT",
            },
            rootfs = new { type = "layers", diff_ids = layers.Select(layer => layer.Digest) },
        }));
        _list.Add(new { Config = config, RepoTags = (string[])[image.Name], Layers = layers.Select(layer => layer.Name) });
    }

    private async Task<(string Name, string Digest)> AddLayerAsync(Func<ImageLayer, Task> fill)
    {
        var name = $"layer{_layers.Count}.tar";
        var path = $"{_path}.{name}";
        await using (var content = new TarWriter(File.Create(path)))
        {
            await fill(new ImageLayer(content));
        }

        await using var written = File.OpenRead(path);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(written));
        await _archive.WriteEntryAsync(path, name);
        File.Delete(path);
        return (name, $"sha256:{digest}");
    }

    private void AddText(string path, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        _archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = content });
    }
}
