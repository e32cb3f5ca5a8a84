namespace HaWeb.Core.Units;

/// <summary>Reads and checks <c>[X-Fleet]</c>.</summary>
internal sealed class FleetOptionsReader(UnitName name, OptionProblems problems)
{
    public const string Section = "X-Fleet";

    public static readonly string[] Keys = ["MachineID", "MachineOf", "MachineMetadata", "Conflicts", "Replaces", "Global"];

    private static readonly Dictionary<string, string> OlderSpellings = new(StringComparer.Ordinal)
    {
        ["X-Conflicts"] = "Conflicts",
        ["X-ConditionMachineID"] = "MachineID",
        ["X-ConditionMachineBootID"] = "MachineID",
        ["X-ConditionMachineOf"] = "MachineOf",
        ["X-ConditionMachineMetadata"] = "MachineMetadata",
    };

    /// <summary>The most units and patterns that a unit names, and the longest pattern: each is held against each.</summary>
    private const int MaxNames = 1000;
    private const int MaxPattern = 4 * UnitName.MaxLength;

    private readonly OptionValues _values = new(problems);
    private readonly List<(int Rank, string Id, UnitOption Option)> _machineIds = [];
    private readonly List<(UnitName Peer, UnitOption Option)> _machineOf = [];
    private readonly MetadataConditions _metadata = new(name, problems);
    private readonly List<(PathGlob Glob, UnitOption Option)> _conflicts = [];
    private readonly List<(PathGlob Glob, UnitOption Option)> _replaces = [];
    private UnitOption? _global;

    // A timer starts its service where that is placed, and so belongs there too.
    private UnitName? _service;

    private IEnumerable<UnitName> Peers => _machineOf.Select(peer => peer.Peer).Concat(_service is null ? [] : [_service]).Distinct();

    public FleetOptions Read(UnitFile file)
    {
        _service = TimerOptions.ServiceOf(name, file);
        foreach (var option in file.Section(Section))
        {
            ReadOption(option);
        }

        CheckCombinations();
        return new FleetOptions
        {
            MachineId = ChooseMachineId(),
            MachineOf = [.. Peers],
            MachineMetadata = _metadata.Requirements,
            Conflicts = [.. _conflicts.Select(conflict => conflict.Glob)],
            Replaces = [.. _replaces.Select(replace => replace.Glob)],
            IsGlobal = _global is not null,
        };
    }

    private void ReadOption(UnitOption option)
    {
        var key = OlderSpellings.GetValueOrDefault(option.Name, option.Name);
        if (!Keys.Contains(key, StringComparer.Ordinal))
        {
            problems.Error(option, $"[{Section}] has no option {option.Name}.", UnknownOption.Suggest(option, Keys));
            return;
        }

        if (key == "MachineMetadata")
        {
            _metadata.Read(option);
            return;
        }

        var words = _values.Words(option, Specifiers.ExpandName(option.Text, name), EscapeRule.Literal);
        if (words.Count == 0 || words.Contains("", StringComparer.Ordinal))
        {
            problems.Error(option, $"{option.Name} has an empty value.", "Remove it, or give it a value.");
            return;
        }

        switch (key)
        {
            case "MachineID":
                ReadMachineId(option, words);
                break;
            case "Global":
                _global = _values.Boolean(option, words.Count == 1 ? words[0] : option.Text) == true ? option : null;
                break;
            default:
                foreach (var word in words)
                {
                    ReadWord(key, option, word);
                }

                break;
        }
    }

    private void ReadWord(string key, UnitOption option, string word)
    {
        if (_machineOf.Count + _conflicts.Count + _replaces.Count == MaxNames)
        {
            problems.Error(option, $"[{Section}] names more than {MaxNames} units.", "Use patterns such as nginx@*.service.");
            return;
        }

        if (word.Length > MaxPattern)
        {
            problems.Error(option, $"A name in {option.Name} has more than {MaxPattern} characters.");
            return;
        }

        switch (key)
        {
            case "MachineOf":
                ReadPeer(option, word);
                break;
            default:
                if (PathGlob.TryParse(word, out var glob, out var error))
                {
                    (key == "Conflicts" ? _conflicts : _replaces).Add((glob, option));
                }
                else
                {
                    problems.Error(option, error);
                }

                break;
        }
    }

    private void ReadMachineId(UnitOption option, IReadOnlyList<string> words)
    {
        var rank = option.Name switch
        {
            "MachineID" => 0,
            "X-ConditionMachineID" => 1,
            _ => 2,
        };
        _machineIds.Add((rank, words[0], option));
        if (words.Count > 1)
        {
            problems.Warning(option, $"A unit runs on one machine: {words[0]} counts, the others do not.", "Use MachineMetadata to allow several.");
        }
    }

    private string? ChooseMachineId()
    {
        var first = _machineIds.OrderBy(candidate => candidate.Rank).FirstOrDefault();
        foreach (var (_, id, option) in _machineIds.Where(candidate => candidate.Id != first.Id))
        {
            problems.Warning(option, $"A unit runs on one machine: {first.Id} counts, {id} does not.", "Use MachineMetadata to allow several.");
        }

        return first.Id;
    }

    private void ReadPeer(UnitOption option, string word)
    {
        var full = word.Contains('/', StringComparison.Ordinal) ? word : UnitName.Complete(word);
        if (!UnitName.TryParse(full, out var peer, out var error))
        {
            problems.Error(option, error.Message);
        }
        else if (peer.IsTemplate)
        {
            problems.Error(option, $"{peer} is a template and never runs.", $"Name an instance, for example {peer.Prefix}@%i.{peer.Suffix}.");
        }
        else if (peer == name)
        {
            problems.Error(option, $"{name} cannot be tied to itself.");
        }
        else
        {
            _machineOf.Add((peer, option));
        }
    }

    private void CheckCombinations()
    {
        var machineId = _machineIds.Select(id => id.Option).FirstOrDefault();
        var machineOf = _machineOf.Select(peer => peer.Option).FirstOrDefault();
        var conflicts = _conflicts.Select(conflict => conflict.Option).FirstOrDefault();
        var replaces = _replaces.Select(replace => replace.Option).FirstOrDefault();
        Refuse(machineId, machineOf);
        Refuse(machineId, conflicts);
        Refuse(machineId, _global);
        Refuse(machineId, replaces);
        Refuse(_global, machineOf);
        Refuse(_global, replaces);
        Refuse(conflicts, replaces);
        _metadata.Check();
        foreach (var (glob, option) in _conflicts.Concat(_replaces).Where(rule => rule.Glob.IsLiteral))
        {
            WarnOfNothing(glob, option);
        }

        foreach (var peer in Peers)
        {
            foreach (var (glob, option) in _conflicts.Concat(_replaces).Where(rule => rule.Glob.IsMatch(peer.FullName)))
            {
                problems.Error(option, $"{name} must run beside {peer} (MachineOf), which {glob} in {option.Name} forbids.");
            }
        }
    }

    /// <summary>A rule that names one unit, which it can never concern, says something else than was meant.</summary>
    private void WarnOfNothing(PathGlob glob, UnitOption option)
    {
        var offset = Math.Max(0, option.Text.IndexOf(glob.Pattern, StringComparison.Ordinal));
        if (glob.IsMatch(name.FullName))
        {
            problems.Warning(option, $"{option.Name}={glob} does nothing: no unit is at odds with itself.", name.IsInstance ? $"For all instances write {name.Prefix}@*.{name.Suffix}." : "Remove it.", offset);
        }
        else if (!UnitName.TryParse(glob.LiteralStart, out var other, out _))
        {
            problems.Warning(option, $"{option.Name}={glob} matches no unit: it is not a unit's full name.", $"Write {glob.Pattern}.service, or {glob.Pattern}* for all that begin so.", offset);
        }
        else if (other.IsTemplate)
        {
            problems.Warning(option, $"{option.Name}={glob} matches no unit: {glob} is a template and never runs.", $"For its instances write {other.Prefix}@*.{other.Suffix}.", offset);
        }
    }

    private void Refuse(UnitOption? first, UnitOption? second)
    {
        if (first is not null && second is not null)
        {
            problems.Error(second, $"{second.Name} cannot be used together with {first.Name}.", "Remove one of them.");
        }
    }
}
