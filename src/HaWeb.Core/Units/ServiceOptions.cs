namespace HaWeb.Core.Units;

/// <summary>How a unit runs: what is acted on of <c>[Service]</c> (and the start limit, which may stand in <c>[Unit]</c>), with systemd's defaults.</summary>
public sealed record ServiceOptions
{
    /// <summary>When it counts as started.</summary>
    public ServiceType Type { get; init; }

    /// <summary>Commands that say whether it is to be started at all: one that ends with 1 to 254 skips it.</summary>
    public IReadOnlyList<UnitCommand> Condition { get; init; } = [];

    /// <summary>Commands before the start, in order.</summary>
    public IReadOnlyList<UnitCommand> StartPre { get; init; } = [];

    /// <summary>The command that is the unit; several for a one-shot.</summary>
    public IReadOnlyList<UnitCommand> Start { get; init; } = [];

    /// <summary>Commands after the start; the unit is active when they have ended.</summary>
    public IReadOnlyList<UnitCommand> StartPost { get; init; } = [];

    /// <summary>Commands that make it read its configuration again.</summary>
    public IReadOnlyList<UnitCommand> Reload { get; init; } = [];

    /// <summary>Commands that stop it.</summary>
    public IReadOnlyList<UnitCommand> Stop { get; init; } = [];

    /// <summary>Commands after its end, however it ended.</summary>
    public IReadOnlyList<UnitCommand> StopPost { get; init; } = [];

    /// <summary>All commands, in the order in which they run.</summary>
    public IEnumerable<UnitCommand> Commands => [.. Condition, .. StartPre, .. Start, .. StartPost, .. Reload, .. Stop, .. StopPost];

    /// <summary>After which ends it is started again.</summary>
    public RestartRule Restart { get; init; }

    /// <summary>The pause before that.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>More than <see cref="StartLimitBurst"/> starts within this time are refused; zero for no limit.</summary>
    public TimeSpan StartLimitInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>See <see cref="StartLimitInterval"/>.</summary>
    public int StartLimitBurst { get; init; } = 5;

    /// <summary>How long the start may take; null for no limit. Pulling an image does not count.</summary>
    public TimeSpan? TimeoutStart { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long each stop command may take, and then the unit after its signal, before SIGKILL; null for no limit.</summary>
    public TimeSpan? TimeoutStop { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Which processes are signalled at a stop.</summary>
    public KillMode KillMode { get; init; }

    /// <summary>The signal that asks it to stop, by number.</summary>
    public int KillSignal { get; init; } = 15;

    /// <summary>Whether it stays active when its processes have ended in order.</summary>
    public bool RemainAfterExit { get; init; }

    /// <summary>Ends that count as success beside 0.</summary>
    public ExitStatusSet SuccessExitStatus { get; init; } = ExitStatusSet.Empty;

    /// <summary>Ends after which it is not started again, whatever <see cref="Restart"/> says.</summary>
    public ExitStatusSet RestartPreventExitStatus { get; init; } = ExitStatusSet.Empty;

    /// <summary>Ends after which it is started again, whatever <see cref="Restart"/> says.</summary>
    public ExitStatusSet RestartForceExitStatus { get; init; } = ExitStatusSet.Empty;

    /// <summary>How its commands run as processes.</summary>
    public ExecutionOptions Execution { get; init; } = new();

    /// <summary>Variables, in order, a later one winning. The specifiers in their values are unexpanded.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Files of variables, which win over <see cref="Environment"/>.</summary>
    public IReadOnlyList<EnvironmentFilePath> EnvironmentFiles { get; init; } = [];
}
