using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>
/// What a pretend engine says. Names tell what it has: of what begins with <c>absent</c> or <c>new</c> nothing is there, what begins with <c>foreign</c> is
/// nobody's, what begins with <c>idle</c> does not run, what begins with <c>stuck</c> refuses whatever changes it, and all else is there, runs, and
/// belongs to the cluster. A path with a dot in its last part is a file, one without a folder.
/// </summary>
public sealed class EngineAnswers
{
    /// <summary>The cluster that all but strangers belong to.</summary>
    public const string Cluster = "cluster-1";

    private readonly Dictionary<string, JsonObject> _created = [];
    private readonly HashSet<string> _started = [];
    private readonly HashSet<string> _pulled = [];
    private readonly Dictionary<string, string> _names = [];

    /// <summary>The id of what has a name.</summary>
    public static string IdOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public EngineAnswer To(EngineRequest request)
    {
        var parts = request.Path.Trim('/').Split('/');
        return (request.Method, parts) switch
        {
            (_, ["_ping"]) => Text(200, "OK"),
            (_, ["info"]) => Text(200, """{"OSType":"linux","IndexServerAddress":"https://index.docker.io/v1/"}"""),
            ("POST", ["containers", "create"]) => Create(request),
            (_, ["containers", var name, .. var rest]) => Container(request, name, string.Join('/', rest)),
            ("POST", ["exec", _, "start"]) => request.Body.Contains("\"Detach\":true", StringComparison.Ordinal) ? Text(200, "") : new EngineAnswer(101, [], IsHijacked: true),
            ("GET", ["exec", _, "json"]) => Text(200, """{"ID":"e1","Running":false,"ExitCode":0,"ContainerID":"c"}"""),
            ("POST", ["images", "create"]) => Pull(request),
            ("GET", ["images", .. var name, "json"]) => HasImage(string.Join('/', name)) ? Text(200, """{"Id":"sha256:1","Os":"linux","Architecture":"amd64"}""") : Missing("image", string.Join('/', name)),
            ("POST", ["images", .. var name, "tag"]) => HasImage(string.Join('/', name)) ? Text(201, "") : Missing("image", string.Join('/', name)),
            ("DELETE", ["images", .. var name]) => HasImage(string.Join('/', name)) ? Text(200, """[{"Untagged":"it"}]""") : Missing("image", string.Join('/', name)),
            ("POST", ["networks", "create"]) => request.Body.Contains("\"Name\":\"taken", StringComparison.Ordinal)
                ? Error(409, "network with name taken already exists")
                : Text(201, $$"""{"Id":"{{IdOf("network")}}","Warning":""}"""),
            ("POST", ["volumes", "create"]) => Text(201, """{"Name":"v","Driver":"local"}"""),
            (_, ["networks" or "volumes" or "plugins" or "services" or "nodes" or "secrets" or "configs" or "tasks", var name, ..]) => Object(request, parts[0], NameOf(name)),
            _ => Error(404, "page not found"),
        };
    }

    private static EngineAnswer Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text));

    private static EngineAnswer Error(int status, string message) => Text(status, new JsonObject { ["message"] = message }.ToJsonString());

    private static EngineAnswer Missing(string kind, string name) => Error(404, $"No such {kind}: {name}");

    private static bool Begins(string name, string word) => name.StartsWith(word, StringComparison.Ordinal);

    private bool HasImage(string name) => !name.Contains("absent", StringComparison.Ordinal) || _pulled.Contains(name);

    // Only what was asked by name before has an id.
    private string NameOf(string idOrName) => _names.GetValueOrDefault(idOrName, idOrName);

    private EngineAnswer Create(EngineRequest request)
    {
        var body = JsonNode.Parse(request.Body)!.AsObject();
        var image = (string)body["Image"]!;
        if (!HasImage(image))
        {
            return Missing("image", image);
        }

        var name = request.Query.GetValueOrDefault("name") is { Length: > 0 } given ? given : "unnamed";
        if (!Begins(name, "new") && name != "unnamed")
        {
            return Error(409, $"Conflict. The container name \"/{name}\" is already in use by container \"{IdOf(name)}\".");
        }

        _created[name] = body;
        _names[IdOf(name)] = name;
        return Text(201, $$"""{"Id":"{{IdOf(name)}}","Warnings":[]}""");
    }

    private EngineAnswer Pull(EngineRequest request)
    {
        var image = request.Query["fromImage"];
        if (image.Contains("nowhere", StringComparison.Ordinal))
        {
            return Error(404, $"pull access denied for {image}");
        }

        _pulled.Add(image);
        _pulled.Add($"{image}:{request.Query.GetValueOrDefault("tag")}");
        return Text(200, """{"status":"Pulled"}""" + "\n");
    }

    private EngineAnswer Container(EngineRequest request, string asked, string action)
    {
        var name = NameOf(asked);
        if (Begins(name, "absent") || (Begins(name, "new") && !_created.ContainsKey(name)))
        {
            return Missing("container", name);
        }

        _names[IdOf(name)] = name;
        var runs = _created.ContainsKey(name) ? _started.Contains(name) : !Begins(name, "idle") && !Begins(name, "stuck-idle");
        return (request.Method, action) switch
        {
            ("GET", "json") => Text(200, Describe(name, runs).ToJsonString()),
            ("GET", "logs") => Text(200, ""),
            ("POST", "attach") => new EngineAnswer(101, [], IsHijacked: true),
            ("POST", "wait") => Text(200, """{"StatusCode":0}"""),
            ("POST" or "DELETE", _) when Begins(name, "stuck") => Error(500, $"{name} is stuck"),
            ("POST", "start") when _started.Add(name) => Text(runs ? 304 : 204, ""),
            ("POST", "stop") => Text(runs ? 204 : 304, ""),
            ("POST", "exec" or "kill" or "pause") when !runs => Error(409, $"Container {name} is not running"),
            ("POST", "exec") => Text(201, """{"Id":"e1"}"""),
            ("DELETE", "") when runs && !request.Query.ContainsKey("force") => Error(409, "You cannot remove a running container"),
            ("HEAD" or "GET", "archive") => Archive(request.Query["path"]),
            ("PUT", "archive") => request.Query["path"].Contains("absent", StringComparison.Ordinal) ? Missing("path", request.Query["path"]) : Text(200, ""),
            _ => Text(204, ""),
        };
    }

    private JsonObject Describe(string name, bool runs)
    {
        var config = _created.GetValueOrDefault(name)?.DeepClone().AsObject() ?? [];
        var host = config["HostConfig"]?.DeepClone() ?? new JsonObject();
        config.Remove("HostConfig");
        config.Remove("NetworkingConfig");
        config["Labels"] ??= new JsonObject();
        if (!Begins(name, "foreign"))
        {
            config["Labels"]!["haweb.cluster"] = Cluster;
        }

        return new JsonObject
        {
            ["Id"] = IdOf(name),
            ["Name"] = "/" + name,
            ["Created"] = "2026-01-01T00:00:00Z",
            ["State"] = new JsonObject { ["Running"] = runs, ["Status"] = runs ? "running" : "exited", ["StartedAt"] = "2026-01-01T00:00:00Z", ["FinishedAt"] = "0001-01-01T00:00:00Z" },
            ["Config"] = config,
            ["HostConfig"] = host,
        };
    }

    private EngineAnswer Object(EngineRequest request, string kind, string name)
    {
        var isThere = kind is "networks" or "volumes" && !Begins(name, "absent");
        if (!isThere)
        {
            return request is { Method: "DELETE", Path: var path } && path.StartsWith("/volumes", StringComparison.Ordinal) && request.Query.ContainsKey("force")
                ? Text(204, "")
                : Missing(kind.TrimEnd('s'), name);
        }

        _names[IdOf(name)] = name;
        var labels = Begins(name, "foreign") ? new JsonObject() : new JsonObject { ["haweb.cluster"] = Cluster };
        return (request.Method, Begins(name, "stuck")) switch
        {
            ("GET", _) => Text(200, new JsonObject { ["Id"] = IdOf(name), ["Name"] = name, ["Labels"] = labels }.ToJsonString()),
            (_, true) => Error(409, $"{name} is in use"),
            ("DELETE", _) => Text(204, ""),
            _ => Text(200, ""),
        };
    }

    private static EngineAnswer Archive(string path)
    {
        if (path.Contains("absent", StringComparison.Ordinal))
        {
            return Missing("path", path);
        }

        var name = path.TrimEnd('/', '.').Split('/')[^1];
        var isFile = name.Contains('.', StringComparison.Ordinal);
        var isLink = name.StartsWith("link", StringComparison.Ordinal);
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            var root = path.EndsWith("/.", StringComparison.Ordinal) ? "." : name;
            if (isFile)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, root) { DataStream = new MemoryStream([65]) });
            }
            else
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, root));
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, root + "/inner.txt") { DataStream = new MemoryStream([66, 67]) });
            }
        }

        var mode = isLink ? (1L << 27) | 0x1FF : isFile ? 0x1A4 : (1L << 31) | 0x1ED;
        var stat = new JsonObject { ["name"] = name, ["size"] = 1, ["mode"] = mode, ["mtime"] = "2026-01-01T00:00:00Z", ["linkTarget"] = isLink ? "/srv/real" : "" };
        return new EngineAnswer(200, archive.ToArray(), stat.ToJsonString());
    }
}
