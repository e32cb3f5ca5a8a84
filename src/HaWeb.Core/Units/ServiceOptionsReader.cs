namespace HaWeb.Core.Units;

/// <summary>Reads and checks <c>[Service]</c>, and what is acted on of <c>[Unit]</c>.</summary>
internal sealed class ServiceOptionsReader
{
    private static readonly string[] ExecKeys = ["ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"];

    // For people to read.
    private static readonly string[] QuietUnitKeys = ["Description", "Documentation"];

    private static readonly Dictionary<string, ServiceType> Types = new(StringComparer.Ordinal)
    {
        ["simple"] = ServiceType.Simple,
        ["exec"] = ServiceType.Exec,
        ["forking"] = ServiceType.Forking,
        ["notify"] = ServiceType.Notify,
        ["oneshot"] = ServiceType.OneShot,
        ["idle"] = ServiceType.Idle,
    };

    private static readonly string[] UnsupportedTypes = ["notify-reload", "dbus"];

    private static readonly Dictionary<string, RestartRule> RestartRules = new(StringComparer.Ordinal)
    {
        ["no"] = RestartRule.No,
        ["on-success"] = RestartRule.OnSuccess,
        ["on-failure"] = RestartRule.OnFailure,
        ["on-abnormal"] = RestartRule.OnAbnormal,
        ["on-watchdog"] = RestartRule.OnWatchdog,
        ["on-abort"] = RestartRule.OnAbort,
        ["always"] = RestartRule.Always,
    };

    // What docker has instead of them.
    private static readonly Dictionary<string, string> Replacements = new(StringComparer.Ordinal)
    {
        ["WorkingDirectory"] = "Give docker run --workdir.",
        ["User"] = "Give docker run --user.",
        ["Group"] = "Give docker run --user=user:group.",
        ["UMask"] = "Set it in the image's own start command.",
        ["StandardOutput"] = "Choose docker run --log-driver.",
        ["StandardError"] = "Choose docker run --log-driver.",
        ["KillMode"] = "Leave it out: the container is stopped with all its processes.",
    };

    private static readonly Dictionary<string, KillMode> KillModes = new(StringComparer.Ordinal)
    {
        ["control-group"] = KillMode.ControlGroup,
        ["mixed"] = KillMode.Mixed,
        ["process"] = KillMode.Process,
        ["none"] = KillMode.None,
    };

    private readonly OptionProblems _problems;
    private readonly OptionValues _values;
    private readonly EnvironmentReader _environment;
    private readonly ExecutionReader _execution;
    private readonly SpecifierContext _context;
    private readonly Dictionary<string, Action<UnitOption, string>> _service;
    private readonly Dictionary<string, Action<UnitOption, string>> _unit;
    private readonly Dictionary<string, List<UnitOption>> _exec = new(StringComparer.Ordinal);
    private readonly GivenOptions _given = new();
    private bool _startTimeoutGiven;
    private UnitOption? _killMode;
    private ServiceOptions _options = new();

    public ServiceOptionsReader(UnitName name, OptionProblems problems)
    {
        _problems = problems;
        _values = new OptionValues(problems);
        _context = new SpecifierContext(name);
        _environment = new EnvironmentReader(_context, problems);
        _execution = new ExecutionReader(_context, problems);
        _unit = new Dictionary<string, Action<UnitOption, string>>(StringComparer.Ordinal)
        {
            ["StartLimitIntervalSec"] = ReadStartLimitInterval,
            ["StartLimitInterval"] = ReadStartLimitInterval,
            ["StartLimitBurst"] = (option, text) => _options = _options with { StartLimitBurst = _values.Integer(option, text, 0) ?? 5 },
        };
        _service = new Dictionary<string, Action<UnitOption, string>>(_unit, StringComparer.Ordinal)
        {
            ["Type"] = ReadType,
            ["Restart"] = ReadRestart,
            ["RestartSec"] = (option, text) => _options = _options with { RestartDelay = _values.Time(option, text, zeroAllowed: true) ?? default },
            ["TimeoutStartSec"] = (option, text) => ReadStartTimeout(option, text),
            ["TimeoutStopSec"] = (option, text) => _options = _options with { TimeoutStop = Timeout(option, text) },
            ["TimeoutSec"] = (option, text) =>
            {
                ReadStartTimeout(option, text);
                _options = _options with { TimeoutStop = _options.TimeoutStart };
            },
            ["KillMode"] = ReadKillMode,
            ["KillSignal"] = (option, text) => _options = _options with { KillSignal = Signal(option, text) },
            ["RemainAfterExit"] = (option, text) => _options = _options with { RemainAfterExit = _values.Boolean(option, text) ?? false },
        };
    }

    public ServiceOptions Read(UnitFile file)
    {
        foreach (var option in file.Options)
        {
            if (option.Section == "Service")
            {
                ReadServiceOption(option);
            }
            else if (option.Section == "Unit")
            {
                ReadUnitOption(option);
            }
        }

        // Commands are read last: what a variable stands for may be said below them.
        var commands = new UnitCommandReader(_context, _environment.Known, _problems);
        var options = _options with
        {
            TimeoutStart = _options.Type == ServiceType.OneShot && !_startTimeoutGiven ? null : _options.TimeoutStart,
            Condition = Commands(commands, "ExecCondition"),
            StartPre = Commands(commands, "ExecStartPre"),
            Start = Commands(commands, "ExecStart"),
            StartPost = Commands(commands, "ExecStartPost"),
            Reload = Commands(commands, "ExecReload"),
            Stop = Commands(commands, "ExecStop"),
            StopPost = Commands(commands, "ExecStopPost"),
            SuccessExitStatus = _environment.Ends("SuccessExitStatus"),
            RestartPreventExitStatus = _environment.Ends("RestartPreventExitStatus"),
            RestartForceExitStatus = _environment.Ends("RestartForceExitStatus"),
            Execution = _execution.Options,
            Environment = _environment.Variables,
            EnvironmentFiles = _environment.Files,
        };
        CheckExecution(options);
        return options;
    }

    private void CheckExecution(ServiceOptions options)
    {
        var isDocker = options.Commands.All(command => command.IsDocker);
        if (!isDocker && _killMode is { } killMode && options.KillMode is KillMode.Process or KillMode.None)
        {
            _problems.Warning(
                killMode,
                $"What KillMode={killMode.Text} spares ends in the end too: stopping a unit leaves no process.",
                "Run what is to outlive the unit in a unit of its own.");
        }

        foreach (var (name, option) in _killMode is null ? _execution.Given : _execution.Given.Append(new(_killMode.Name, _killMode)))
        {
            if (isDocker && Replacements.TryGetValue(name, out var replacement))
            {
                _problems.Warning(option, $"{name} says how processes of the machine run, and every command of this unit is a docker line, which does not go by it.", replacement);
            }
        }
    }

    private List<UnitCommand> Commands(UnitCommandReader reader, string key) =>
        [.. _exec.GetValueOrDefault(key, []).SelectMany(reader.Read)];

    private void ReadServiceOption(UnitOption option)
    {
        if (ExecKeys.Contains(option.Name, StringComparer.Ordinal))
        {
            var list = _exec[option.Name] = option.Text.Length == 0 ? [] : _exec.GetValueOrDefault(option.Name, []);
            if (option.Text.Length > 0)
            {
                list.Add(option);
            }
        }
        else if (_environment.TryRead(option))
        {
        }
        else if (_execution.TryRead(option))
        {
            _given.Warn(option, _problems);
        }
        else if (!_service.TryGetValue(option.Name, out var read))
        {
            UnknownOption.Report(option, _problems);
        }
        else
        {
            Read(option, read);
        }
    }

    private void ReadUnitOption(UnitOption option)
    {
        if (_unit.TryGetValue(option.Name, out var read))
        {
            Read(option, read);
        }
        else if (!QuietUnitKeys.Contains(option.Name, StringComparer.Ordinal) && !DependencyOptionsReader.Keys.Contains(option.Name, StringComparer.Ordinal))
        {
            UnknownOption.Report(option, _problems);
        }
    }

    private void Read(UnitOption option, Action<UnitOption, string> read)
    {
        _given.Warn(option, _problems);
        // As in systemd an empty assignment says nothing, so the default holds.
        if (option.Text.Length > 0)
        {
            read(option, option.Text);
        }
    }

    private void ReadType(UnitOption option, string text)
    {
        if (UnsupportedTypes.Contains(text, StringComparer.Ordinal))
        {
            _problems.Error(option, $"Type={text} is not supported.", text == "dbus" ? "Use Type=simple." : "Use Type=notify, with an ExecReload line.");
            return;
        }

        if (!Types.ContainsKey(text) && Nearest.Find(text, Types.Keys.Concat(UnsupportedTypes)) is { } meant && UnsupportedTypes.Contains(meant, StringComparer.Ordinal))
        {
            _problems.Error(option, $"'{text}' is no type of a service.", $"{Nearest.Ask(meant)} It is not supported: use Type=simple with a HealthCheck in [X-HaWeb].");
            return;
        }

        _options = _options with { Type = _values.Choice(option, text, Types) ?? default };
    }

    private void ReadRestart(UnitOption option, string text)
    {
        _options = _options with { Restart = _values.Choice(option, text, RestartRules) ?? default };
        if (_options.Restart is RestartRule.OnWatchdog)
        {
            _problems.Warning(option, "Restart=on-watchdog never starts the unit again: there is no watchdog.", "Write Restart=on-failure.");
        }
    }

    private void ReadKillMode(UnitOption option, string text)
    {
        _killMode = option;
        _options = _options with { KillMode = _values.Choice(option, text, KillModes) ?? default };
    }

    private void ReadStartTimeout(UnitOption option, string text)
    {
        _startTimeoutGiven = true;
        _options = _options with { TimeoutStart = Timeout(option, text) };
    }

    private void ReadStartLimitInterval(UnitOption option, string text) =>
        _options = _options with { StartLimitInterval = _values.Time(option, text, zeroAllowed: true) ?? default };

    /// <summary>A time limit, where zero and infinity mean none.</summary>
    private TimeSpan? Timeout(UnitOption option, string text) =>
        text.Trim() == "infinity" || _values.Time(option, text, zeroAllowed: true) is not { } time || time == TimeSpan.Zero ? null : time;

    private int Signal(UnitOption option, string text)
    {
        if (!SignalName.TryParse(text, out var signal))
        {
            _problems.Error(option, $"'{text}' is not a signal.", SignalName.Suggest(text));
        }

        return signal;
    }
}
