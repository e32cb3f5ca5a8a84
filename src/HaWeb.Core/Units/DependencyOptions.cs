namespace HaWeb.Core.Units;

/// <summary>What a unit is to other units of its machine (<c>[Unit]</c>), by their full names, as systemd has it.</summary>
public sealed record DependencyOptions
{
    /// <summary>What it says where it says nothing.</summary>
    public static DependencyOptions None { get; } = new();

    /// <summary>Units without which it is not started, and with which it is stopped and restarted.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Units that have to be active before it is started.</summary>
    public IReadOnlyList<string> Requisite { get; init; } = [];

    /// <summary>Units that it would like to run beside.</summary>
    public IReadOnlyList<string> Wants { get; init; } = [];

    /// <summary>Units that it runs no longer than.</summary>
    public IReadOnlyList<string> BindsTo { get; init; } = [];

    /// <summary>Units with which it is stopped and restarted.</summary>
    public IReadOnlyList<string> PartOf { get; init; } = [];

    /// <summary>Units that do not run while it runs.</summary>
    public IReadOnlyList<string> Conflicts { get; init; } = [];

    /// <summary>Units that are started after it, and stopped before it.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Units that are started before it, and stopped after it.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
}
