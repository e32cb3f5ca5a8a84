namespace HaWeb.Core.Timers;

/// <summary>What a calendar event asks of the year, the month, the day, the hour, the minute or the second.</summary>
/// <param name="Ranges">The values; none for any.</param>
internal sealed record CalendarField(IReadOnlyList<CalendarRange> Ranges)
{
    /// <summary>Any value.</summary>
    public static CalendarField Any { get; } = new([]);

    /// <summary>One value alone.</summary>
    public static CalendarField Of(int value) => new([new CalendarRange(value, null, 0)]);

    /// <summary>The first value that is not below another; null when there is none. It may lie beyond the field's end.</summary>
    public int? FirstFrom(int least) => Ranges.Count == 0 ? least : Ranges.Min(range => range.FirstFrom(least));

    /// <summary>The days of a month, where the values count from its end.</summary>
    public CalendarField InMonthOf(int days) => new([.. Ranges.Select(range => range.InMonthOf(days))]);

    /// <summary>Whether all values are from one number to another.</summary>
    public bool IsWithin(int least, int most, bool backwards = false) => Ranges.All(range => range.IsWithin(least, most, backwards));
}
