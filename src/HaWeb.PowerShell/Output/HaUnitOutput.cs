using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A line that a command in a unit printed; as text it is the line alone.</summary>
public sealed class HaUnitOutput
{
    /// <summary>The unit.</summary>
    public required string Unit { get; init; }

    /// <summary>The machine that it runs on.</summary>
    public required string Machine { get; init; }

    /// <summary>Where it was printed: <c>Output</c> or <c>Error</c>.</summary>
    public required string Stream { get; init; }

    /// <summary>The line.</summary>
    public required string Text { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The line.</summary>
    public override string ToString() => Text;
}
