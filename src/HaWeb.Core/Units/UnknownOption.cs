namespace HaWeb.Core.Units;

/// <summary>Reports options that no reader acts on: none of them goes unnoticed.</summary>
internal static class UnknownOption
{
    /// <summary>As many characters wrong are a slip; more may be an option of a systemd that is newer than this list.</summary>
    private const int Slip = 2;

    private static readonly string[] SystemdSections = [SystemdKeys.UnitSection, SystemdKeys.ServiceSection, TimerOptions.Section, SystemdKeys.InstallSection];

    /// <summary>Reports an option of <c>[Unit]</c>, <c>[Service]</c>, <c>[Timer]</c> or <c>[Install]</c>.</summary>
    public static void Report(UnitOption option, OptionProblems problems)
    {
        if (problems.IsFull)
        {
            return;
        }

        var known = SystemdKeys.Of(option.Section);
        if (SystemdKeys.Has(option.Section, option.Name))
        {
            problems.Warning(option, $"{option.Name} in [{option.Section}] is not acted on.", SystemdKeys.Advice(option.Section, option.Name));
        }
        else if (OtherSection(option) is { } section)
        {
            var message = $"[{option.Section}] has no option {option.Name}.";
            problems.Add(
                SystemdKeys.Of(section).Count > 0 ? ProblemSeverity.Warning : ProblemSeverity.Error, option, message, $"It belongs in [{section}].", 0);
        }
        else if (MeantBy(option) is { } meant)
        {
            problems.Error(option, $"[{option.Section}] has no option {option.Name}.", Nearest.Ask(meant));
        }
        else
        {
            problems.Warning(option, $"{option.Name} in [{option.Section}] is no option of systemd 252, and is not acted on.", Nearest.Suggest(option.Name, known));
        }
    }

    /// <summary>What to do about an option that its section does not have.</summary>
    public static string? Suggest(UnitOption option, IEnumerable<string> known) =>
        OtherSection(option) is { } section ? $"It belongs in [{section}]." : Nearest.Suggest(option.Name, known);

    /// <summary>The option of its section that a mistyped one is nearly; null when there is none.</summary>
    private static string? MeantBy(UnitOption option) =>
        option.Name.StartsWith("X-", StringComparison.Ordinal) ? null : Nearest.Find(option.Name, SystemdKeys.Of(option.Section), Slip);

    /// <summary>A section that has an option of this name; null when none has.</summary>
    private static string? OtherSection(UnitOption option) =>
        HaWebOptionsReader.Keys.Contains(option.Name) ? HaWebOptionsReader.Section
        : FleetOptionsReader.Keys.Contains(option.Name, StringComparer.Ordinal) ? FleetOptionsReader.Section
        : SystemdSections.FirstOrDefault(section => SystemdKeys.Has(section, option.Name));
}
