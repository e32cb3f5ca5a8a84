using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Timers;

/// <summary>
/// A calendar event of systemd (<c>Mon..Fri *-*-* 02:30</c>, <c>*-*~1</c>, <c>hourly</c>): points in time, by the clock of UTC or of the machine. It elapses when
/// that of systemd 252 does, as <c>systemd-analyze calendar</c> tells. A named time zone other than UTC is refused: what is checked when a unit is stored must
/// not rest on the time zones that some machine knows.
/// </summary>
public sealed record CalendarEvent
{
    /// <summary>The last year that an event elapses in; as in systemd.</summary>
    public const int LastYear = 2199;

    internal const int FirstYear = 1970;
    internal const int MicrosecondsPerMinute = 60_000_000;

    internal CalendarEvent()
    {
    }

    internal int Weekdays { get; init; }

    internal CalendarField Year { get; init; } = CalendarField.Any;

    internal CalendarField Month { get; init; } = CalendarField.Any;

    internal CalendarField Day { get; init; } = CalendarField.Any;

    internal bool DaysFromEnd { get; init; }

    internal CalendarField Hour { get; init; } = CalendarField.Of(0);

    internal CalendarField Minute { get; init; } = CalendarField.Of(0);

    internal CalendarField Microsecond { get; init; } = CalendarField.Of(0);

    internal bool IsUtc { get; init; }

    internal bool IsValid =>
        Year.IsWithin(FirstYear, LastYear)
        && Month.IsWithin(1, 12)
        && Day.IsWithin(1, DaysFromEnd ? 28 : 31, DaysFromEnd)
        && Hour.IsWithin(0, 23)
        && Minute.IsWithin(0, 59)
        && Microsecond.IsWithin(0, MicrosecondsPerMinute - 1);

    /// <summary>Reads an event.</summary>
    /// <param name="text">The text.</param>
    /// <param name="calendar">The event, when it is one.</param>
    /// <param name="error">Why it is none, for people.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CalendarEvent? calendar, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        calendar = new CalendarReader(text).Read(out error);
        return calendar is not null;
    }

    /// <summary>The first point in time after another; null when there is none any more.</summary>
    /// <param name="after">The other one.</param>
    /// <param name="local">The machine's time zone.</param>
    public DateTimeOffset? NextAfter(DateTimeOffset after, TimeZoneInfo local)
    {
        ArgumentNullException.ThrowIfNull(local);
        var zone = IsUtc ? TimeZoneInfo.Utc : local;
        var from = new DateTimeOffset(after.UtcTicks - (after.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero).AddMicroseconds(1);
        for (var clock = TimeZoneInfo.ConvertTime(from, zone).DateTime; FirstFrom(clock) is { } found;)
        {
            if (!zone.IsInvalidTime(found))
            {
                return InstantOf(found, after, zone);
            }

            // The clocks skip it: as in systemd it does not elapse then, and is looked for from the time on to which they are put.
            clock = EndOfGap(found, zone);
        }

        return null;
    }

    private static DateTime EndOfGap(DateTime clock, TimeZoneInfo zone)
    {
        clock = clock.AddTicks(-(clock.Ticks % TimeSpan.TicksPerMinute));
        while (zone.IsInvalidTime(clock))
        {
            clock = clock.AddMinutes(1);
        }

        return clock;
    }

    /// <summary>What the clock shows twice elapses once: the first time, or the second when that one alone is still to come.</summary>
    private static DateTimeOffset InstantOf(DateTime clock, DateTimeOffset after, TimeZoneInfo zone)
    {
        if (!zone.IsAmbiguousTime(clock))
        {
            return new DateTimeOffset(clock, zone.GetUtcOffset(clock)).ToUniversalTime();
        }

        var instants = zone.GetAmbiguousTimeOffsets(clock).Select(offset => new DateTimeOffset(clock, offset).ToUniversalTime()).Order().ToList();
        return instants.Find(instant => instant > after) is { Ticks: > 0 } instant ? instant : instants[^1];
    }

    /// <summary>What a clock shows first, from a time on; null when it never does.</summary>
    private DateTime? FirstFrom(DateTime clock)
    {
        while (Year.FirstFrom(clock.Year) is { } year && year <= LastYear)
        {
            if (year > clock.Year)
            {
                clock = new DateTime(year, 1, 1);
            }

            if (FirstDay(clock) is { } day)
            {
                if (FirstTime(day == clock.Date ? clock.TimeOfDay : TimeSpan.Zero) is { } time)
                {
                    return day + time;
                }

                clock = day.AddDays(1);
            }
            else
            {
                clock = new DateTime(year + 1, 1, 1);
            }
        }

        return null;
    }

    /// <summary>The first day from a time on and in its year.</summary>
    private DateTime? FirstDay(DateTime clock)
    {
        var (month, least) = (clock.Month, clock.Day);
        for (; Month.FirstFrom(month) is { } wanted and <= 12; (month, least) = (wanted + 1, 1))
        {
            var days = DateTime.DaysInMonth(clock.Year, wanted);
            var field = DaysFromEnd ? Day.InMonthOf(days) : Day;
            for (var day = wanted > month ? 1 : least; field.FirstFrom(day) is { } found && found <= days; day = found + 1)
            {
                var date = new DateTime(clock.Year, wanted, found);
                if (Weekdays == 0 || (Weekdays & (1 << (int)date.DayOfWeek)) != 0)
                {
                    return date;
                }
            }
        }

        return null;
    }

    /// <summary>The first time from a time on and in its day.</summary>
    private TimeSpan? FirstTime(TimeSpan clock)
    {
        var (hour, minute, microsecond) = (clock.Hours, clock.Minutes, (int)(clock.Ticks % TimeSpan.TicksPerMinute / TimeSpan.TicksPerMicrosecond));
        for (; Hour.FirstFrom(hour) is { } h and <= 23; (hour, minute, microsecond) = (h + 1, 0, 0))
        {
            (minute, microsecond) = h > hour ? (0, 0) : (minute, microsecond);
            for (; Minute.FirstFrom(minute) is { } m and <= 59; (minute, microsecond) = (m + 1, 0))
            {
                if (Microsecond.FirstFrom(m > minute ? 0 : microsecond) is { } found and < MicrosecondsPerMinute)
                {
                    return new TimeSpan(h, m, 0) + TimeSpan.FromMicroseconds(found);
                }
            }
        }

        return null;
    }
}
