namespace HaWeb.Core.Units;

/// <summary>Gathers the conditions of all MachineMetadata lines of a unit: every one must be met, values written with <c>=</c> for one key being alternatives.</summary>
internal sealed class MetadataConditions(UnitName unit, OptionProblems problems)
{
    /// <summary>The most values that a unit's conditions name: each is held against each.</summary>
    private const int MaxValues = 1000;

    private readonly List<(MetadataCondition Condition, UnitOption Option)> _all = [];

    private int _values;

    public IReadOnlyList<MetadataRequirement> Requirements => [.. _all.Select(entry => entry.Condition.Requirement)];

    public void Read(UnitOption option)
    {
        var reader = new MetadataConditionReader(option.Text, unit);
        var isEmpty = true;
        while (reader.Read() is { } condition)
        {
            isEmpty = false;
            _values += ValuesOf(condition.Requirement);
            if (_values > MaxValues)
            {
                problems.Error(option, $"The conditions on metadata name more than {MaxValues} values.", "Give the machines a key that says the same, with Set-HaMachine.", condition.Offset);
                return;
            }

            WarnOfCommas(condition, option);
            Add(condition, option);
        }

        if (reader.Error is not null)
        {
            problems.Error(option, reader.Error, reader.Suggestion, reader.ErrorOffset);
        }
        else if (isEmpty)
        {
            problems.Error(option, $"{option.Name} has an empty value.", "Remove it, or give it a value.");
        }
    }

    /// <summary>Reports every key whose conditions no machine can meet together.</summary>
    public void Check()
    {
        foreach (var key in _all.GroupBy(entry => entry.Condition.Requirement.Key, StringComparer.Ordinal))
        {
            // With the last condition it became impossible, or earlier: that one is named.
            var met = new List<MetadataRequirement>();
            foreach (var (condition, option) in key)
            {
                met.Add(condition.Requirement);
                if (CanBeMet(met))
                {
                    continue;
                }

                var others = string.Join(" and ", met.SkipLast(1));
                problems.Error(option, $"No machine can meet {condition.Requirement} together with {others}.", "Remove one of them.", condition.Offset);
                break;
            }
        }
    }

    /// <summary>Whether one machine can meet all of these requirements, of several keys.</summary>
    public static bool CanAllBeMet(IEnumerable<MetadataRequirement> requirements) =>
        requirements.GroupBy(requirement => requirement.Key, StringComparer.Ordinal).All(key => CanBeMet([.. key]));

    private static int ValuesOf(MetadataRequirement requirement) => requirement switch
    {
        MetadataRequirement.AnyOf any => any.Values.Count,
        MetadataRequirement.NoneOf none => none.Values.Count,
        _ => 1,
    };

    /// <summary>Whether some value of a key, or its absence, meets all conditions. Other values than the named ones are always to be had.</summary>
    private static bool CanBeMet(IReadOnlyCollection<MetadataRequirement> requirements)
    {
        var named = requirements.OfType<MetadataRequirement.AnyOf>().FirstOrDefault();
        if (named is not null)
        {
            return named.Values.Any(value => requirements.All(requirement => requirement.IsMetBy(value)));
        }

        return !requirements.Any(requirement => requirement is MetadataRequirement.Exists)
            || !requirements.Any(requirement => requirement is MetadataRequirement.NotExists);
    }

    /// <summary>A value may have a comma, but one after an equals sign is more likely meant for a list.</summary>
    private void WarnOfCommas(MetadataCondition condition, UnitOption option)
    {
        if (condition is not { IsAlternative: true, Requirement: MetadataRequirement.AnyOf { Values: [var value] } any } || !value.Contains(',', StringComparison.Ordinal))
        {
            return;
        }

        var meant = value.Trim('(', ')', ',');
        var suggestion = meant.Contains(',', StringComparison.Ordinal) ? $"For any of several values write {any.Key} in ({meant})." : "Write conditions with blanks between them, without commas.";
        problems.Warning(option, $"The comma in '{value}' is part of the value.", suggestion, condition.Offset);
    }

    private void Add(MetadataCondition condition, UnitOption option)
    {
        var earlier = condition.IsAlternative
            ? _all.FindIndex(entry => entry.Condition.IsAlternative && entry.Condition.Requirement.Key == condition.Requirement.Key)
            : -1;
        if (earlier < 0)
        {
            _all.Add((condition, option));
            return;
        }

        var (first, firstOption) = _all[earlier];
        var values = ((MetadataRequirement.AnyOf)first.Requirement).Values.Concat(((MetadataRequirement.AnyOf)condition.Requirement).Values);
        _all[earlier] = (first with { Requirement = new MetadataRequirement.AnyOf(first.Requirement.Key, values) }, firstOption);
    }
}
