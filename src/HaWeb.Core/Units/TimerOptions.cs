namespace HaWeb.Core.Units;

/// <summary>When a timer starts which service: the <c>[Timer]</c> section, with systemd's defaults.</summary>
/// <param name="Service">The service: Unit=, or what is called as the timer is.</param>
public sealed record TimerOptions(UnitName Service)
{
    /// <summary>The section.</summary>
    public const string Section = "Timer";

    /// <summary>The times; the earliest counts.</summary>
    public IReadOnlyList<TimerTrigger> Triggers { get; init; } = [];

    /// <summary>Every time is delayed by up to this much.</summary>
    public TimeSpan RandomizedDelay { get; init; }

    /// <summary>Whether that delay is the same every time.</summary>
    public bool FixedRandomDelay { get; init; }

    /// <summary>Whether what the calendar asked for while the timer was not active is made up for.</summary>
    public bool Persistent { get; init; }

    /// <summary>Whether it stays active when no time is to come any more.</summary>
    public bool RemainAfterElapse { get; init; } = true;

    /// <summary>The service that a timer starts; null when the unit is no timer, or its Unit= is no name.</summary>
    /// <param name="name">The unit, not a template.</param>
    /// <param name="file">Its file.</param>
    internal static UnitName? ServiceOf(UnitName name, UnitFile file)
    {
        if (!name.IsTimer)
        {
            return null;
        }

        var given = file.Section(Section).LastOrDefault(option => option.Name == "Unit" && option.Text.Length > 0)?.Text;
        return UnitName.TryParse(given is null ? $"{name.NameWithoutSuffix}.service" : UnitName.Complete(Specifiers.ExpandName(given, name)), out var service, out _) ? service : null;
    }
}
