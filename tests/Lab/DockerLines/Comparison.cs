using System.Globalization;
using System.Text.Json.Nodes;

namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>Puts requests side by side, field by field, after taking away what says the same in two ways.</summary>
public static class Comparison
{
    // What docker's client writes for a flag that is not given, where that is not simply empty.
    private static readonly Dictionary<string, string> ClientDefaults = new()
    {
        ["HostConfig.MemorySwappiness"] = "-1",
        ["HostConfig.NetworkMode"] = "default",
        ["HostConfig.RestartPolicy.Name"] = "no",
        ["HostConfig.OomKillDisable"] = "false",
        ["HostConfig.PidsLimit"] = "0",
        ["IPAM.Driver"] = "default",
        ["Driver"] = "default",
    };

    // Fields in which empty, nought or false is another thing than nothing.
    private static readonly string[] Exact = ["HostConfig.Init", "HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths", "StopTimeout", "Entrypoint"];

    /// <summary>The requests that a line came to, each as its method and path, and its fields.</summary>
    /// <param name="outcome">What came of the line.</param>
    /// <param name="looksUp">Whether the line itself looks something up.</param>
    public static IReadOnlyList<string> Fields(LineOutcome outcome, bool looksUp)
    {
        var names = Names(outcome);
        var lines = new List<string>();
        foreach (var request in outcome.Requests.Where(request => Counts(request, looksUp)))
        {
            var path = names.Aggregate(request.Path, (text, name) => text.Replace(name.Key, name.Value, StringComparison.Ordinal));
            var head = $"{request.Method} {path}";
            lines.Add(head);
            lines.AddRange(FieldsOf(request, names).Order(StringComparer.Ordinal).Select(field => $"{head} {field}"));
        }

        return lines;
    }

    /// <summary>What stands in one of the two only.</summary>
    public static IEnumerable<string> Differences(IReadOnlyList<string> docker, IReadOnlyList<string> haWeb)
    {
        var (left, right) = (docker.ToList(), haWeb.ToList());
        right.RemoveAll(left.Remove);
        return left.Select(line => $"docker: {line}").Concat(right.Select(line => $"HaWeb: {line}"));
    }

    /// <summary>The requests in order, without the names of what they are about: docker's client asks for several things at once.</summary>
    public static IEnumerable<string> Order(IReadOnlyList<string> fields) => fields
        .Select(line => line.Split(' '))
        .Where(words => words.Length == 2)
        .Select(words => $"{words[0]} {string.Join('/', words[1].Split('/').Where((_, i) => i != 2))}");

    private static bool Counts(EngineRequest request, bool looksUp) => (request.Method, request.Path.Trim('/').Split('/')[^1]) switch
    {
        // What the engine is, and can do.
        (_, "_ping" or "info") => false,
        ("HEAD", _) => false,

        // HaWeb has nothing to do with them.
        ("GET", _) when request.Path.StartsWith("/plugins/", StringComparison.Ordinal) => false,

        // Such an answer says that nothing was done; HaWeb, which looks before, does not ask then. A pull is always asked for.
        (not "GET", _) when request.Status is 404 or 304 && request.Path != "/images/create" => false,

        // Each looks up what it acts on in its own way; that HaWeb does it by the name first keeps it from strangers.
        ("GET", "json") => looksUp,
        ("GET", _) when request.Path.StartsWith("/networks/", StringComparison.Ordinal) || request.Path.StartsWith("/volumes/", StringComparison.Ordinal) => looksUp,

        // docker's client stays with a container that it started in that way; the agent is told by Docker's events.
        ("POST", "attach" or "wait" or "resize") => false,
        _ => true,
    };

    /// <summary>HaWeb names a container by the id that it has looked up, docker's client as it is written.</summary>
    private static Dictionary<string, string> Names(LineOutcome outcome) => outcome.Requests
        .SelectMany(request => request.Path.Split('/').Append(request.Query.GetValueOrDefault("name") ?? "").Append("unnamed"))
        .Where(part => part.Length > 0)
        .Distinct(StringComparer.Ordinal)
        .ToDictionary(EngineAnswers.IdOf, part => part, StringComparer.Ordinal);

    private static IEnumerable<string> FieldsOf(EngineRequest request, Dictionary<string, string> names)
    {
        foreach (var (key, value) in request.Query)
        {
            // Docker takes 1 and true for one thing, and an empty value, 0 or false for none.
            if (value is not ("" or "0" or "false") || key == "t")
            {
                yield return $"?{key}={(value == "true" ? "1" : key == "signal" ? SignalOf(value) : value)}";
            }
        }

        if (!request.Body.StartsWith('{'))
        {
            foreach (var entry in request.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return entry;
            }

            yield break;
        }

        foreach (var (path, value) in Flatten(JsonNode.Parse(request.Body), ""))
        {
            if (!IsDefault(request.Path, path, value))
            {
                yield return $"{path}={(path == "Container" ? names.GetValueOrDefault(value, value) : path == "StopSignal" ? SignalOf(value) : value)}";
            }
        }
    }

    // HaWeb names signals in full.
    private static string SignalOf(string text) => text.StartsWith("SIG", StringComparison.Ordinal) || char.IsAsciiDigit(text[0]) ? text : "SIG" + text;

    private static bool IsDefault(string head, string path, string value) =>
        path.StartsWith("Labels.haweb.", StringComparison.Ordinal) // by which an agent knows what is its own
        || path.StartsWith("Attach", StringComparison.Ordinal) && head.EndsWith("/start", StringComparison.Ordinal) // the engine reads Detach and Tty of it only
        || (value is "" or "0" or "false" or "null" or "{}" or "[]" && (!Exact.Any(field => path.StartsWith(field, StringComparison.Ordinal)) || value == "null"))
        || ClientDefaults.GetValueOrDefault(path) == value;

    private static IEnumerable<(string Path, string Value)> Flatten(JsonNode? node, string path) => node switch
    {
        JsonObject { Count: > 0 } fields => fields.SelectMany(field => Flatten(field.Value, path.Length == 0 ? field.Key : $"{path}.{field.Key}")),
        // docker's client puts the ranges of a network, and the variables, in any order.
        JsonArray { Count: > 1 } items when path is "IPAM.Config" or "Env" => Flatten(new JsonArray([.. items.OrderBy(item => item!.ToJsonString(), StringComparer.Ordinal).Select(item => item!.DeepClone())]), path + " "),
        JsonArray { Count: > 0 } items => items.SelectMany((item, i) => Flatten(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"))),
        JsonValue value => [(path, value.ToString())],
        null => [(path, "null")],
        _ => [(path, node.ToJsonString())],
    };
}
