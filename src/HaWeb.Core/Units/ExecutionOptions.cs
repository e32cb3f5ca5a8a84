namespace HaWeb.Core.Units;

/// <summary>How a unit's commands run as processes of the machine: systemd.exec(5), as far as it is acted on. Docker lines do not go by it.</summary>
public sealed record ExecutionOptions
{
    /// <summary>The folder they run in, <c>~</c> for the user's home; specifiers unexpanded.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Whether they run in <c>/</c> where that folder is not there.</summary>
    public bool MayLackDirectory { get; init; }

    /// <summary>The user, by name or number, specifiers unexpanded; null for root.</summary>
    public string? User { get; init; }

    /// <summary>The group, by name or number, specifiers unexpanded; null for the user's own.</summary>
    public string? Group { get; init; }

    /// <summary>The permissions that files they create do not get.</summary>
    public int UMask { get; init; } = 0b000_010_010;

    /// <summary>Where their output goes.</summary>
    public OutputTarget Output { get; init; } = new(OutputKind.Log);

    /// <summary>Where their errors go; null for where the output goes.</summary>
    public OutputTarget? Errors { get; init; }

    /// <summary>Variables of the agent's own environment that they get.</summary>
    public IReadOnlyList<string> PassEnvironment { get; init; } = [];

    /// <summary>Variables that they do not get, whoever sets them: <c>NAME</c>, or <c>NAME=value</c> for that value only.</summary>
    public IReadOnlyList<string> UnsetEnvironment { get; init; } = [];
}
