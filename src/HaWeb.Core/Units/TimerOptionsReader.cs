using HaWeb.Core.Timers;

namespace HaWeb.Core.Units;

/// <summary>Reads and checks <c>[Timer]</c>, and that a timer says nothing that only its service can.</summary>
internal sealed class TimerOptionsReader
{
    // What would make a timer a backend or a balancer.
    private static readonly string[] ServiceRoles = ["Service", "LoadBalancer", "VirtualIP"];

    private readonly UnitName _name;
    private readonly OptionProblems _problems;
    private readonly OptionValues _values;
    private readonly Dictionary<string, Action<UnitOption, string>> _readers;
    private readonly List<(TimerTrigger Trigger, UnitOption Option)> _triggers = [];
    private TimerOptions _options;
    private UnitOption? _persistent;

    public TimerOptionsReader(UnitName name, OptionProblems problems)
    {
        _name = name;
        _problems = problems;
        _values = new OptionValues(problems);
        _options = new TimerOptions(name);
        _readers = new Dictionary<string, Action<UnitOption, string>>(StringComparer.Ordinal)
        {
            ["OnCalendar"] = ReadCalendar,
            ["OnActiveSec"] = (option, text) => ReadDelay(TimerBase.Active, option, text),
            ["OnBootSec"] = (option, text) => ReadDelay(TimerBase.Boot, option, text),
            ["OnStartupSec"] = (option, text) => ReadDelay(TimerBase.Boot, option, text),
            ["OnUnitActiveSec"] = (option, text) => ReadDelay(TimerBase.UnitActive, option, text),
            ["OnUnitInactiveSec"] = (option, text) => ReadDelay(TimerBase.UnitInactive, option, text),
            ["AccuracySec"] = (option, text) => _values.Time(option, text, zeroAllowed: true),
            ["RandomizedDelaySec"] = (option, text) => _options = _options with { RandomizedDelay = _values.Time(option, text, zeroAllowed: true) ?? default },
            ["FixedRandomDelay"] = (option, text) => _options = _options with { FixedRandomDelay = _values.Boolean(option, text) ?? false },
            ["Persistent"] = (option, text) =>
            {
                _persistent = option;
                _options = _options with { Persistent = _values.Boolean(option, text) ?? false };
            },
            ["RemainAfterElapse"] = (option, text) => _options = _options with { RemainAfterElapse = _values.Boolean(option, text) ?? true },
            ["Unit"] = ReadUnit,
        };
    }

    public TimerOptions Read(UnitFile file)
    {
        foreach (var option in file.Section(TimerOptions.Section))
        {
            ReadOption(option);
        }

        _options = _options with { Service = TimerOptions.ServiceOf(_name, file) ?? _name, Triggers = [.. _triggers.Select(one => one.Trigger)] };
        CheckTriggers();
        CheckOthers(file);
        return _options;
    }

    private void ReadOption(UnitOption option)
    {
        var text = Specifiers.ExpandName(option.Text, _name);
        if (!_readers.TryGetValue(option.Name, out var read))
        {
            UnknownOption.Report(option, _problems);
        }
        else if (text.Length > 0)
        {
            read(option, text);
        }
        else if (option.Name.StartsWith("On", StringComparison.Ordinal))
        {
            // As in systemd an empty assignment forgets all times so far, whatever they count from.
            _triggers.Clear();
        }
    }

    private void ReadCalendar(UnitOption option, string text)
    {
        if (CalendarEvent.TryParse(text, out var calendar, out var error))
        {
            _triggers.Add((new TimerTrigger(TimerBase.Calendar, TimeSpan.Zero, calendar), option));
        }
        else
        {
            _problems.Error(option, $"'{text}' is not a calendar event: {error}.", "Write for example Mon..Fri *-*-* 02:30, hourly or *:0/15.");
        }
    }

    private void ReadDelay(TimerBase start, UnitOption option, string text)
    {
        // From the service's own start or end, no time at all would start it without a pause for ever.
        var isRepeated = start is TimerBase.UnitActive or TimerBase.UnitInactive;
        if (_values.Time(option, text, zeroAllowed: !isRepeated) is { } delay)
        {
            _triggers.Add((new TimerTrigger(start, delay), option));
        }
    }

    private void ReadUnit(UnitOption option, string text)
    {
        var full = text.Contains('/', StringComparison.Ordinal) ? text : UnitName.Complete(text);
        if (!UnitName.TryParse(full, out var service, out var error))
        {
            _problems.Error(option, error.Message);
        }
        else if (service.Suffix != "service")
        {
            _problems.Error(option, $"{service} is a {service.Suffix}; a timer starts a service.", "Write for example Unit=backup.service.");
        }
        else if (service.IsTemplate)
        {
            _problems.Error(option, $"{service} is a template and never runs.", $"Name an instance, for example Unit={service.Prefix}@%i.service.");
        }
    }

    private void CheckTriggers()
    {
        if (_triggers.Count == 0)
        {
            if (!_problems.HasErrors)
            {
                _problems.Error(TimerOptions.Section, $"{_name} never elapses.", $"Write [{TimerOptions.Section}] and OnCalendar=daily, or OnBootSec=5min.");
            }

            return;
        }

        if (_triggers.TrueForAll(one => one.Trigger.Base is TimerBase.UnitActive or TimerBase.UnitInactive))
        {
            _problems.Warning(_triggers[0].Option, $"{_name} starts nothing before {_options.Service} has run once for another reason.", "Add OnActiveSec=0.");
        }

        if (_options.Persistent && _triggers.TrueForAll(one => one.Trigger.Calendar is null))
        {
            _problems.Warning(_persistent!, "Persistent does nothing without OnCalendar.");
        }
    }

    private void CheckOthers(UnitFile file)
    {
        if (file.Section("Service").FirstOrDefault() is { } command)
        {
            _problems.Error(command, "[Service] has no place in a timer.", $"Write it in {_options.Service}.");
        }

        if (file.Section(FleetOptionsReader.Section).FirstOrDefault(option => option.Name == "Global") is { } isGlobal)
        {
            _problems.Error(isGlobal, "A timer is placed with its service, on one machine.", "Remove Global.");
        }

        // What is not run here is satisfied in any case.
        foreach (var option in file.Section(SystemdKeys.UnitSection).Where(option => DependencyOptionsReader.Keys.Contains(option.Name, StringComparer.Ordinal)))
        {
            if (option.Text.Split(' ', '\t').FirstOrDefault(word => word.EndsWith(".service", StringComparison.Ordinal) || word.EndsWith(".timer", StringComparison.Ordinal)) is { } other)
            {
                _problems.Warning(option, $"{option.Name}={other} of a timer is not acted on: a timer starts its service, and nothing else is anything to it.", $"Write it in {_options.Service}.");
            }
        }

        foreach (var option in file.Section(HaWebOptionsReader.Section))
        {
            var isRole = ServiceRoles.Contains(option.Name, StringComparer.Ordinal);
            _problems.Add(
                isRole ? ProblemSeverity.Error : ProblemSeverity.Warning, option, $"{option.Name} {(isRole ? "has no place" : "does nothing")} in a timer.", $"Write it in {_options.Service}.", 0);
        }
    }
}
