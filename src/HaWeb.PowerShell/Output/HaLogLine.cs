using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A line that a unit printed.</summary>
public sealed class HaLogLine
{
    /// <summary>The unit.</summary>
    public required string Unit { get; init; }

    /// <summary>The machine it ran on.</summary>
    public required string Machine { get; init; }

    /// <summary>When it was printed, as Docker noted; null where that is not known.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Where it was printed: <c>Output</c> or <c>Error</c>.</summary>
    public required string Stream { get; init; }

    /// <summary>The line.</summary>
    public required string Text { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The line.</summary>
    public override string ToString() => Text;
}
