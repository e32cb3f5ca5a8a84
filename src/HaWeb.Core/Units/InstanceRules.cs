namespace HaWeb.Core.Units;

/// <summary>What a template must have so that its instances differ, and what only an instance can have.</summary>
internal static class InstanceRules
{
    private const string OfInstance = "iI";
    private const string DiffersByInstance = "iInNf";

    /// <summary>Checks a unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="subject">The unit, or for a template the instance that stands for all.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void Check(UnitDefinition unit, UnitName subject, OptionProblems problems)
    {
        if (!subject.IsInstance)
        {
            WarnOfEmptySpecifiers(unit, problems);
        }
        else
        {
            WarnOfOneNameForAll(unit, subject, problems);
        }
    }

    private static void WarnOfEmptySpecifiers(UnitDefinition unit, OptionProblems problems)
    {
        foreach (var option in unit.File.Options)
        {
            if (Specifiers.Find(option.Text, OfInstance) is var offset and >= 0)
            {
                problems.Warning(
                    option,
                    $"%{option.Text[offset + 1]} is empty: {unit.Name} is no instance of a template.",
                    $"Name the file {unit.Name.Prefix}@.{unit.Name.Suffix} to make it a template, or write the text itself.",
                    offset);
            }
        }
    }

    /// <summary>Two containers of one machine cannot share a name.</summary>
    private static void WarnOfOneNameForAll(UnitDefinition unit, UnitName subject, OptionProblems problems)
    {
        var command = unit.Service.Start.Concat(unit.Service.StartPre).FirstOrDefault(command => command.Container?.Creates is { Name: not null });
        if (command?.Container?.Creates is not { Name: { } name } || name.Contains('$', StringComparison.Ordinal)
            || Specifiers.Find(command.Option.Text, DiffersByInstance) >= 0)
        {
            return;
        }

        var sibling = subject.WithInstance(subject.Instance == "1" ? "2" : "1").FullName;
        if (!unit.Fleet.Conflicts.Any(glob => glob.IsMatch(sibling)))
        {
            problems.Warning(
                command.Option,
                $"All instances of {subject.Template} would call their container {name}: two of them cannot run on one machine.",
                $"Write --name {name}-%i, or Conflicts={subject.Prefix}@*.{subject.Suffix} in [X-Fleet].",
                Math.Max(0, command.Option.Text.IndexOf("--name", StringComparison.Ordinal)));
        }
    }
}
