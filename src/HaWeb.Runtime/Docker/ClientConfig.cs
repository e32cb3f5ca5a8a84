using System.Text.Json;

namespace HaWeb.Runtime.Docker;

/// <summary>Reads the docker command's <c>config.json</c>.</summary>
internal static class ClientConfig
{
    /// <summary>The file as a JSON object; null where there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static async Task<JsonDocument?> ReadAsync(string path, CancellationToken cancellationToken)
    {
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
