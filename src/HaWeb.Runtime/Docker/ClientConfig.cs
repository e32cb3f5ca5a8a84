using System.Text.Json;

namespace HaWeb.Runtime.Docker;

/// <summary>Reads the docker command's <c>config.json</c>.</summary>
internal static class ClientConfig
{
    /// <summary><c>DOCKER_CONFIG</c>, or <c>~/.docker</c>.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    /// <summary>Where the file is in a folder.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "config.json");

    /// <summary>The file of a folder as a JSON object; null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static async Task<JsonDocument?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var path = PathIn(folder);
        if (!File.Exists(path))
        {
            return null;
        }

        var config = JsonDocument.Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
        if (config.RootElement.ValueKind == JsonValueKind.Object)
        {
            return config;
        }

        config.Dispose();
        throw new JsonException("It is no JSON object.");
    }

    public static bool TryGetObject(JsonElement parent, string name, out JsonElement child) =>
        parent.TryGetProperty(name, out child) && child.ValueKind == JsonValueKind.Object;

    /// <summary>A text that is not empty, or null.</summary>
    public static string? TextOf(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text
                ? text
                : null;
}
