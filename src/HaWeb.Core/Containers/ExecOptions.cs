namespace HaWeb.Core.Containers;

/// <summary>How <c>docker exec</c> runs a command.</summary>
public sealed record ExecOptions
{
    /// <summary>Whether docker does not wait for its end.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Whether its standard input is open.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public bool HasTty { get; init; }

    /// <summary>Whether it has all privileges.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>Its user; null for the container's.</summary>
    public string? User { get; init; }

    /// <summary>Its folder; null for the container's.</summary>
    public string? WorkDir { get; init; }

    /// <summary>Further variables.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>Files of further variables on the machine.</summary>
    public IReadOnlyList<string> EnvironmentFiles { get; init; } = [];
}
