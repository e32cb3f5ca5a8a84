using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>What came of a command in one unit.</summary>
public sealed class HaUnitResult
{
    /// <summary>The unit.</summary>
    public required string Unit { get; init; }

    /// <summary>The machine that it runs on.</summary>
    public required string Machine { get; init; }

    /// <summary>The command's exit code: 0 when it ended well.</summary>
    public required long ExitCode { get; init; }

    /// <summary>The lines that it printed, in the order in which they came.</summary>
    public required IReadOnlyList<HaUnitOutput> Output { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The unit and the exit code.</summary>
    public override string ToString() => $"{Unit}: {ExitCode}";
}
