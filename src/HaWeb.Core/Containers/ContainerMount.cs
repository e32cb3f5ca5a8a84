namespace HaWeb.Core.Containers;

/// <summary>A <c>--mount</c>.</summary>
/// <param name="Type"><c>bind</c>, <c>volume</c> or <c>tmpfs</c>.</param>
/// <param name="Source">The path on the machine, or the volume's name; empty for an anonymous volume and for tmpfs.</param>
/// <param name="Target">The path inside.</param>
/// <param name="IsReadOnly">Whether it cannot be written.</param>
/// <param name="Propagation">The propagation of a bind mount, <c>rslave</c>; null for docker's default.</param>
/// <param name="NoCopy">Whether a new volume is not filled with what the image has there.</param>
/// <param name="TmpfsSize">The size of a tmpfs in bytes; null for no limit.</param>
/// <param name="TmpfsMode">The mode of a tmpfs, as the number that the octal text means; null for docker's default.</param>
public sealed record ContainerMount(
    string Type,
    string Source,
    string Target,
    bool IsReadOnly = false,
    string? Propagation = null,
    bool NoCopy = false,
    long? TmpfsSize = null,
    int? TmpfsMode = null)
{
    /// <summary>How much the machine's view may differ, <c>cached</c>; null for docker's default.</summary>
    public string? Consistency { get; init; }

    /// <summary>Whether what is mounted below a bound folder is left out.</summary>
    public bool IsNonRecursive { get; init; }

    /// <summary>The driver of a new volume; null for docker's default.</summary>
    public string? VolumeDriver { get; init; }

    /// <summary>Options of that.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> VolumeOptions { get; init; } = [];

    /// <summary>Labels of a new volume.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> VolumeLabels { get; init; } = [];
}
