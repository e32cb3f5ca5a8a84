using System.Globalization;

namespace HaWeb.Core.Units;

/// <summary>Reads the common kinds of values, and reports those that are malformed.</summary>
internal sealed class OptionValues(OptionProblems problems)
{
    /// <summary>systemd's and fleet's spellings of true and false, in any case; null for another text.</summary>
    public static bool? ReadBoolean(string text) => text.ToUpperInvariant() switch
    {
        "1" or "YES" or "Y" or "TRUE" or "T" or "ON" => true,
        "0" or "NO" or "N" or "FALSE" or "F" or "OFF" => false,
        _ => null,
    };

    // These texts go into a balancer's config and into keys: nothing that means something there may be in them.
    public static bool IsPlain(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '~');

    public bool? Boolean(UnitOption option, string text)
    {
        var value = ReadBoolean(text);
        if (value is null)
        {
            problems.Error(option, $"'{text}' is neither true nor false.", "Write true or false.");
        }

        return value;
    }

    public int? Integer(UnitOption option, string text, int minimum, int maximum = int.MaxValue)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        problems.Error(option, $"'{text}' is not a whole number {(maximum == int.MaxValue ? $"of {minimum} or more" : $"from {minimum} to {maximum}")}.");
        return null;
    }

    /// <summary>A number of bytes: <c>0</c>, <c>500</c>, <c>64K</c>, <c>10M</c>, <c>1G</c>, in steps of 1,024.</summary>
    public long? Bytes(UnitOption option, string text)
    {
        var shift = text[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        if (int.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return (long)number << shift;
        }

        problems.Error(option, $"'{text}' is not a number of bytes.", "Write for example 64K, 10M or 1G.");
        return null;
    }

    public string? ServiceName(UnitOption option, string text)
    {
        if (char.IsAsciiLetterOrDigit(text[0]) && text.Length <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return text;
        }

        problems.Error(option, $"'{text}' is not a service's name.", "Use letters, digits, '-', '_' and '.'.");
        return null;
    }

    public string? FilePath(UnitOption option, string text)
    {
        if (text.StartsWith('/') && !text.EndsWith('/') && IsPlain(text))
        {
            return text;
        }

        problems.Error(option, $"'{text}' is not an absolute path of a file.", "Use letters, digits and - _ . / only.");
        return null;
    }

    /// <summary>A time that is limited and, unless zero is allowed, above zero.</summary>
    public TimeSpan? Time(UnitOption option, string text, bool zeroAllowed = false)
    {
        if (SystemdSpan.TryParse(text, out var span) && span is { } time && (zeroAllowed || time > TimeSpan.Zero))
        {
            return time;
        }

        problems.Error(option, $"'{text}' is not a time{(zeroAllowed ? "" : " above zero")}.", "Write for example 500ms, 30s or 1min 30s.");
        return null;
    }

    /// <summary>One of several words.</summary>
    public T? Choice<T>(UnitOption option, string text, IReadOnlyDictionary<string, T> choices)
        where T : struct, Enum
    {
        if (choices.TryGetValue(text, out var value))
        {
            return value;
        }

        problems.Error(option, $"'{text}' is none of {string.Join(", ", choices.Keys.Order(StringComparer.Ordinal))}.", Nearest.Suggest(text, choices.Keys));
        return null;
    }

    /// <summary>Words split at blanks, with quotes removed and escapes as the rule says; none when they cannot be read.</summary>
    public IReadOnlyList<string> Words(UnitOption option, string text, EscapeRule escapes)
    {
        if (!WordReader.TrySplit(text, escapes, out var words, out var error))
        {
            problems.Error(option, error!);
            return [];
        }

        return words;
    }
}
