namespace HaWeb.Core.Containers;

/// <summary>A <c>--gpus</c>.</summary>
public sealed record GpuRequest
{
    /// <summary>How many, -1 for all; 0 where <see cref="Ids"/> names them.</summary>
    public long Count { get; init; }

    /// <summary>Those that are meant.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>The driver; empty for one that docker chooses.</summary>
    public string Driver { get; init; } = "";

    /// <summary>What they have to be able to do.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = ["gpu"];

    /// <summary>Options of the driver.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];
}
