namespace HaWeb.Core.Timers;

/// <summary>Values of one field of a calendar event: one, or several at equal distances.</summary>
/// <param name="Start">The first one.</param>
/// <param name="Stop">The last one; null for none but the field's own end, where there is a repetition.</param>
/// <param name="Repeat">The distance; 0 for the first one alone.</param>
internal readonly record struct CalendarRange(int Start, int? Stop, int Repeat)
{
    /// <summary>The same values with the last one among them.</summary>
    public CalendarRange Normalized => Stop is not { } stop || stop < Start || Repeat == 0 ? this
        : stop - Start < Repeat ? new CalendarRange(Start, null, 0)
        : this with { Stop = stop - ((stop - Start) % Repeat) };

    /// <summary>The first of the values that is not below another; null when there is none.</summary>
    public int? FirstFrom(int least)
    {
        if (Start >= least)
        {
            return Start;
        }

        var value = Repeat == 0 ? (int?)null : Start + ((least - Start + Repeat - 1) / Repeat * Repeat);
        return value > Stop ? null : value;
    }

    /// <summary>Whether the values, and one repetition at least, are from one number to another.</summary>
    public bool IsWithin(int least, int most, bool backwards) =>
        Start >= least && Start <= most && Repeat <= most - least
        && (Stop is { } stop ? stop >= least && stop <= most && Start + Repeat <= stop : backwards ? Start - Repeat >= least : Start + Repeat <= most);

    /// <summary>The days of a month, where the values count from its end: 1 is the last day.</summary>
    public CalendarRange InMonthOf(int days) => Stop is { } stop
        ? new CalendarRange(days + 1 - stop, days + 1 - Start, Repeat)
        : this with { Start = days + 1 - Start };
}
