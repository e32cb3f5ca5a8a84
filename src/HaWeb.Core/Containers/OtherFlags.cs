namespace HaWeb.Core.Containers;

/// <summary>The flags of the docker commands that act on containers and images which exist.</summary>
internal static class OtherFlags
{
    private const string NoClient = "It asks something of docker's own client, which does not run here.";
    private const string NoInput = "A unit has no input to pass on.";

    public static FlagSet<bool> Start { get; } = new(
        "docker start",
        new Dictionary<string, Flag<bool>>(StringComparer.Ordinal)
        {
            ["attach"] = Flag<bool>.Switch((_, on) => on),
            ["checkpoint"] = Flag<bool>.Refused("Checkpoints are not supported."),
            ["checkpoint-dir"] = Flag<bool>.Refused("Checkpoints are not supported."),
            ["detach-keys"] = Flag<bool>.Refused(NoClient),
            ["interactive"] = Flag<bool>.Refused(NoInput, isBoolean: true),
        },
        new Dictionary<char, string> { ['a'] = "attach", ['i'] = "interactive" },
        StopsAtOperand: false);

    public static FlagSet<int?> Stop { get; } = Stopping("docker stop");

    public static FlagSet<int?> Restart { get; } = Stopping("docker restart");

    /// <summary>The flags of <c>cp</c>: whether a link is followed.</summary>
    public static FlagSet<bool> Copy { get; } = new(
        "docker cp",
        new Dictionary<string, Flag<bool>>(StringComparer.Ordinal)
        {
            ["archive"] = Flag<bool>.Refused("Owners are kept by number as it is; change them with docker exec chown.", isBoolean: true),
            ["follow-link"] = Flag<bool>.Switch((_, on) => on),
            ["quiet"] = Flag<bool>.Switch((state, _) => state),
        },
        new Dictionary<char, string> { ['a'] = "archive", ['L'] = "follow-link", ['q'] = "quiet" },
        StopsAtOperand: false);

    public static FlagSet<(bool IsFollowed, int? Lines, bool Timestamps)> Logs { get; } = new(
        "docker logs",
        new Dictionary<string, Flag<(bool IsFollowed, int? Lines, bool Timestamps)>>(StringComparer.Ordinal)
        {
            ["details"] = Flag<(bool IsFollowed, int? Lines, bool Timestamps)>.Switch((state, _) => state),
            ["follow"] = Flag<(bool IsFollowed, int? Lines, bool Timestamps)>.Switch((state, on) => state with { IsFollowed = on }),
            ["since"] = Flag<(bool IsFollowed, int? Lines, bool Timestamps)>.Value((state, _) => state),
            ["tail"] = Flag<(bool IsFollowed, int? Lines, bool Timestamps)>.Value((state, v) => state with { Lines = v == "all" ? null : (int)FlagValues.Integer(v, 0, int.MaxValue) }),
            ["timestamps"] = Flag<(bool IsFollowed, int? Lines, bool Timestamps)>.Switch((state, on) => state with { Timestamps = on }),
            ["until"] = Flag<(bool IsFollowed, int? Lines, bool Timestamps)>.Value((state, _) => state),
        },
        new Dictionary<char, string> { ['f'] = "follow", ['n'] = "tail", ['t'] = "timestamps" },
        StopsAtOperand: false);

    public static FlagSet<string> Kill { get; } = new(
        "docker kill",
        new Dictionary<string, Flag<string>>(StringComparer.Ordinal)
        {
            ["signal"] = Flag<string>.Value((_, v) => FlagValues.SignalOf(v)),
        },
        new Dictionary<char, string> { ['s'] = "signal" },
        StopsAtOperand: false);

    public static FlagSet<(bool IsForced, bool WithVolumes)> Remove { get; } = new(
        "docker rm",
        new Dictionary<string, Flag<(bool IsForced, bool WithVolumes)>>(StringComparer.Ordinal)
        {
            ["force"] = Flag<(bool IsForced, bool WithVolumes)>.Switch((state, on) => state with { IsForced = on }),
            ["link"] = Flag<(bool IsForced, bool WithVolumes)>.Refused("Links go with their containers.", isBoolean: true),
            ["volumes"] = Flag<(bool IsForced, bool WithVolumes)>.Switch((state, on) => state with { WithVolumes = on }),
        },
        new Dictionary<char, string> { ['f'] = "force", ['l'] = "link", ['v'] = "volumes" },
        StopsAtOperand: false);

    public static FlagSet<ExecOptions> Exec { get; } = new(
        "docker exec",
        new Dictionary<string, Flag<ExecOptions>>(StringComparer.Ordinal)
        {
            ["detach"] = Flag<ExecOptions>.Switch((options, on) => options with { IsDetached = on }),
            ["detach-keys"] = Flag<ExecOptions>.Refused(NoClient),
            ["env"] = Flag<ExecOptions>.Value((options, v) => options with { Environment = [.. options.Environment, FlagValues.Variable(v)] }),
            ["env-file"] = Flag<ExecOptions>.Value((options, v) => options with { EnvironmentFiles = [.. options.EnvironmentFiles, FlagValues.AbsolutePath(v)] }),
            ["interactive"] = Flag<ExecOptions>.Switch((options, on) => options with { IsInteractive = on }),
            ["privileged"] = Flag<ExecOptions>.Switch((options, on) => options with { IsPrivileged = on }),
            ["tty"] = Flag<ExecOptions>.Switch((options, on) => options with { HasTty = on }),
            ["user"] = Flag<ExecOptions>.Value((options, v) => options with { User = v }),
            ["workdir"] = Flag<ExecOptions>.Value((options, v) => options with { WorkDir = v }),
        },
        new Dictionary<char, string> { ['d'] = "detach", ['e'] = "env", ['i'] = "interactive", ['t'] = "tty", ['u'] = "user", ['w'] = "workdir" },
        StopsAtOperand: true);

    public static FlagSet<string?> Pull { get; } = new(
        "docker pull",
        new Dictionary<string, Flag<string?>>(StringComparer.Ordinal)
        {
            ["all-tags"] = Flag<string?>.Refused("Name the tags.", isBoolean: true),
            ["disable-content-trust"] = Flag<string?>.Switch((state, on) => on ? state : throw new FlagValueException("cannot be honoured.", "Content trust is not checked here.")),
            ["platform"] = Flag<string?>.Value((_, v) => v),
            ["quiet"] = Flag<string?>.Switch((state, _) => state),
        },
        new Dictionary<char, string> { ['a'] = "all-tags", ['q'] = "quiet" },
        StopsAtOperand: false);

    /// <summary>The flags of a command that has none.</summary>
    public static FlagSet<bool> None(string command) => new(command, new Dictionary<string, Flag<bool>>(), new Dictionary<char, string>(), StopsAtOperand: false);

    /// <summary>The flags of a command that stops containers: the seconds before SIGKILL.</summary>
    private static FlagSet<int?> Stopping(string command) => new(
        command,
        new Dictionary<string, Flag<int?>>(StringComparer.Ordinal)
        {
            ["signal"] = Flag<int?>.Refused("Write --stop-signal on the docker run line."),
            ["time"] = Flag<int?>.Value((_, v) => (int)FlagValues.Integer(v, -1, int.MaxValue)),
            ["timeout"] = Flag<int?>.Value((_, v) => (int)FlagValues.Integer(v, -1, int.MaxValue)),
        },
        new Dictionary<char, string> { ['s'] = "signal", ['t'] = "timeout" },
        StopsAtOperand: false);
}
