namespace HaWeb.Core.Containers;

/// <summary>A volume to make, as <c>docker volume create</c> describes it.</summary>
public sealed record VolumeDefinition
{
    /// <summary>Its name; empty for one that docker chooses.</summary>
    public string Name { get; init; } = "";

    /// <summary>What makes it.</summary>
    public string Driver { get; init; } = "local";

    /// <summary>Options of that.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];
}
