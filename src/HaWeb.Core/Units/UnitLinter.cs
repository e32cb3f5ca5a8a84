namespace HaWeb.Core.Units;

/// <summary>Checks a unit file as a whole: every error it has is found in one pass, before anything is stored.</summary>
public static class UnitLinter
{
    private static readonly string[] Sections =
        [SystemdKeys.UnitSection, SystemdKeys.ServiceSection, TimerOptions.Section, SystemdKeys.InstallSection, FleetOptionsReader.Section, HaWebOptionsReader.Section];

    /// <summary>Checks a file for a unit.</summary>
    /// <param name="name">The unit, or the template. A template is checked as its instance <c>1</c>.</param>
    /// <param name="text">The text of its file.</param>
    public static UnitCheck Check(UnitName name, string text)
    {
        ArgumentNullException.ThrowIfNull(name);
        var file = UnitFile.Parse(text, out var syntax);
        var problems = new OptionProblems();
        problems.AddRange(syntax);
        var subject = name.IsTemplate ? name.WithInstance("1") : name;
        CheckSections(file, problems);
        CheckInstall(file, problems);
        var fleet = new FleetOptionsReader(subject, problems).Read(file);
        var haWeb = name.IsTimer ? new HaWebOptions() : new HaWebOptionsReader(subject, problems).Read(file);
        var service = new ServiceOptionsReader(subject, problems).Read(file);
        var definition = new UnitDefinition(name, file, fleet, haWeb, service, DescriptionOf(subject, file))
        {
            Dependencies = new DependencyOptionsReader(subject, problems).Read(file),
            Timer = name.IsTimer ? new TimerOptionsReader(subject, problems).Read(file) : null,
        };
        if (!name.IsTimer && name.Suffix != "service")
        {
            problems.Error("", $"{name} is a {name.Suffix}; HaWeb runs units of type service and timer only.");
        }
        else if (!name.IsTimer && file.Section(TimerOptions.Section).FirstOrDefault() is { } timer)
        {
            problems.Warning(timer, "[Timer] does nothing in a service.", $"Write it in {subject.NameWithoutSuffix}.timer.");
        }

        if (name.Suffix == "service")
        {
            UnitRules.Check(definition, problems);
            InstanceRules.Check(definition, subject, problems);
        }

        return new UnitCheck(
            problems.HasErrors ? null : definition,
            [.. problems.All.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)]);
    }

    /// <summary>Sections of other programs are carried along, but one that is nearly ours is a slip.</summary>
    private static void CheckSections(UnitFile file, OptionProblems problems)
    {
        foreach (var option in file.Options.DistinctBy(option => option.Section, StringComparer.Ordinal))
        {
            if (!Sections.Contains(option.Section, StringComparer.Ordinal))
            {
                var suggestion = Nearest.Suggest(option.Section, Sections);
                problems.Add(
                    suggestion is null ? ProblemSeverity.Warning : ProblemSeverity.Error, option, $"The section [{option.Section}] is not acted on.", suggestion, 0);
            }
        }
    }

    private static void CheckInstall(UnitFile file, OptionProblems problems)
    {
        var install = file.Section(SystemdKeys.InstallSection).ToLookup(option => SystemdKeys.IsEnabling(option.Name));
        if (install[true].FirstOrDefault() is { } enabling)
        {
            problems.Warning(enabling, $"{enabling.Name} is not needed: Start-HaUnit starts the unit, for good.");
        }

        foreach (var option in install[false])
        {
            UnknownOption.Report(option, problems);
        }
    }

    private static string DescriptionOf(UnitName subject, UnitFile file)
    {
        var description = file.Section("Unit").LastOrDefault(option => option.Name == "Description")?.Text;
        return string.IsNullOrEmpty(description) ? subject.FullName : Specifiers.Expand(description, new SpecifierContext(subject), out _);
    }
}
