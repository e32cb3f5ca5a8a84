using System.Buffers;
using System.Globalization;

namespace HaWeb.Core.Units;

/// <summary>systemd's time spans: <c>2s</c>, <c>500ms</c>, <c>1min 30s</c>, <c>1.5h</c>; a number alone is seconds; <c>infinity</c> is no limit.</summary>
public static class SystemdSpan
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> UnitEnds = SearchValues.Create("0123456789. \t");

    // Longer ones are as good as that, and a time so far from now can still be told.
    private const decimal Longest = 1000m * 31_557_600_000_000;

    private static readonly Dictionary<string, long> MicrosecondsPerUnit = new(StringComparer.Ordinal)
    {
        ["usec"] = 1,
        ["us"] = 1,
        ["µs"] = 1,
        ["μs"] = 1,
        ["msec"] = 1_000,
        ["ms"] = 1_000,
        ["seconds"] = 1_000_000,
        ["second"] = 1_000_000,
        ["sec"] = 1_000_000,
        ["s"] = 1_000_000,
        ["minutes"] = 60_000_000,
        ["minute"] = 60_000_000,
        ["min"] = 60_000_000,
        ["m"] = 60_000_000,
        ["hours"] = 3_600_000_000,
        ["hour"] = 3_600_000_000,
        ["hr"] = 3_600_000_000,
        ["h"] = 3_600_000_000,
        ["days"] = 86_400_000_000,
        ["day"] = 86_400_000_000,
        ["d"] = 86_400_000_000,
        ["weeks"] = 604_800_000_000,
        ["week"] = 604_800_000_000,
        ["w"] = 604_800_000_000,
        ["months"] = 2_630_016_000_000,
        ["month"] = 2_630_016_000_000,
        ["M"] = 2_630_016_000_000,
        ["years"] = 31_557_600_000_000,
        ["year"] = 31_557_600_000_000,
        ["y"] = 31_557_600_000_000,
    };

    /// <summary>Reads a span.</summary>
    /// <param name="text">The text.</param>
    /// <param name="span">The time, never negative; null for <c>infinity</c>.</param>
    /// <returns>Whether it is a span.</returns>
    public static bool TryParse(string text, out TimeSpan? span)
    {
        ArgumentNullException.ThrowIfNull(text);
        span = null;
        var rest = text.AsSpan().Trim();
        if (rest is "infinity")
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        var microseconds = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            digits = digits < 0 ? rest.Length : digits;
            if (digits is 0 or > 15 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..].TrimStart();
            var letters = rest.IndexOfAny(UnitEnds);
            letters = letters < 0 ? rest.Length : letters;
            var unit = letters == 0 ? "s" : rest[..letters].ToString();
            if (!MicrosecondsPerUnit.TryGetValue(unit, out var factor))
            {
                return false;
            }

            microseconds += number * factor;
            if (microseconds > TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond)
            {
                return false;
            }

            rest = rest[letters..].TrimStart();
        }

        span = TimeSpan.FromTicks((long)(Math.Min(microseconds, Longest) * TimeSpan.TicksPerMicrosecond));
        return true;
    }
}
