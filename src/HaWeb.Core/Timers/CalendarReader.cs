using System.Globalization;

namespace HaWeb.Core.Timers;

/// <summary>Reads a calendar event as systemd 252 does.</summary>
internal sealed class CalendarReader
{
    private const int MostRanges = 240;
    private const int MicrosecondsPerSecond = 1_000_000;

    // Bits as of DayOfWeek, in the order of systemd's week.
    private static readonly (string Name, int Day)[] Days =
    [
        ("Monday", 0), ("Mon", 0), ("Tuesday", 1), ("Tue", 1), ("Wednesday", 2), ("Wed", 2), ("Thursday", 3), ("Thu", 3),
        ("Friday", 4), ("Fri", 4), ("Saturday", 5), ("Sat", 5), ("Sunday", 6), ("Sun", 6),
    ];

    private static readonly Dictionary<string, string> Shorthands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["minutely"] = "*-*-* *:*:00",
        ["hourly"] = "*-*-* *:00:00",
        ["daily"] = "*-*-* 00:00:00",
        ["monthly"] = "*-*-01 00:00:00",
        ["weekly"] = "Mon *-*-* 00:00:00",
        ["yearly"] = "*-01-01 00:00:00",
        ["annually"] = "*-01-01 00:00:00",
        ["anually"] = "*-01-01 00:00:00",
        ["quarterly"] = "*-01,04,07,10-01 00:00:00",
        ["semiannually"] = "*-01,07-01 00:00:00",
        ["semi-annually"] = "*-01,07-01 00:00:00",
        ["biannually"] = "*-01,07-01 00:00:00",
        ["bi-annually"] = "*-01,07-01 00:00:00",
    };

    private readonly string _text;
    private readonly bool _isUtc;
    private int _position;
    private string? _error;

    public CalendarReader(string text)
    {
        _isUtc = text.EndsWith(" UTC", StringComparison.OrdinalIgnoreCase);
        var rest = _isUtc ? text[..^4] : text;
        _text = Shorthands.GetValueOrDefault(rest, rest);
    }

    private char Next => _position < _text.Length ? _text[_position] : '\0';

    private bool AtEnd => _position >= _text.Length;

    /// <summary>The event; null, and why, when it is none.</summary>
    public CalendarEvent? Read(out string? error)
    {
        var calendar = new CalendarEvent { IsUtc = _isUtc };
        if (_text.Length == 0)
        {
            _error = "it is empty";
        }
        else if (ReadWeekdays() is { } weekdays)
        {
            calendar = Next == '@' ? ReadTimestamp(weekdays) : ReadTime(ReadDate(calendar with { Weekdays = weekdays }));
        }

        if (_error is null && !AtEnd)
        {
            Fail("it should end here");
        }

        if (_error is null && !calendar!.IsValid)
        {
            _error = "a number in it is out of its range, or a range holds no two values";
        }

        error = _error is null ? null : NamesZone() ? $"{_error}; of time zones only UTC is known, and without one the machine's own clock counts" : _error;
        return error is null ? calendar : null;
    }

    /// <summary>Whether the last word can only be meant for a time zone.</summary>
    private bool NamesZone()
    {
        var word = _text[(_text.LastIndexOf(' ') + 1)..];
        return word.Length < _text.Length && word.Length > 0 && char.IsAsciiLetter(word[0]);
    }

    private T? Fail<T>(string problem)
        where T : class
    {
        Fail(problem);
        return null;
    }

    private void Fail(string problem) => _error ??= string.Create(CultureInfo.InvariantCulture, $"{problem} (character {_position + 1})");

    /// <summary>The weekdays as bits, 0 for any; null when they cannot be read.</summary>
    private int? ReadWeekdays()
    {
        var bits = 0;
        int? rangeFrom = null;
        for (var isFirst = true; ; isFirst = false)
        {
            var (name, day) = Days.FirstOrDefault(one => _text.AsSpan(_position).StartsWith(one.Name, StringComparison.OrdinalIgnoreCase));
            if (name is null)
            {
                if (!isFirst)
                {
                    Fail("a weekday is missing");
                }

                return isFirst ? 0 : null;
            }

            _position += name.Length;
            if (!AtEnd && Next is not ('-' or '.' or ',' or ' '))
            {
                Fail("a weekday does not end here");
                return null;
            }

            if (rangeFrom > day)
            {
                Fail("a range of weekdays goes backwards");
                return null;
            }

            for (var i = rangeFrom ?? day; i <= day; i++)
            {
                bits |= 1 << ((i + 1) % 7);
            }

            if (SkipBlanks())
            {
                return bits;
            }

            if (Next == ',')
            {
                rangeFrom = null;
                _position++;
            }
            else if (rangeFrom is null && TakeRangeMark())
            {
                rangeFrom = day;
            }
            else
            {
                Fail("a range of weekdays has one beginning and one end");
                return null;
            }

            // A comma may be the last, a range may not be open.
            if (SkipBlanks())
            {
                if (rangeFrom is not null)
                {
                    Fail("a range of weekdays has no end");
                }

                return rangeFrom is null ? bits : null;
            }
        }
    }

    private bool TakeRangeMark()
    {
        var length = _text.AsSpan(_position).StartsWith("..") ? 2 : Next == '-' ? 1 : 0;
        _position += length;
        return length > 0;
    }

    /// <summary>Skips blanks; whether there were any, or the text has ended.</summary>
    private bool SkipBlanks()
    {
        var isEnd = AtEnd || Next == ' ';
        while (Next == ' ')
        {
            _position++;
        }

        return isEnd;
    }

    private CalendarEvent? ReadTimestamp(int weekdays)
    {
        _position++;
        var digits = _text[_position..];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return Fail<CalendarEvent>("seconds since 1970 should follow the '@'");
        }

        _position = _text.Length;
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return new CalendarEvent
        {
            Weekdays = weekdays,
            Year = CalendarField.Of(time.Year),
            Month = CalendarField.Of(time.Month),
            Day = CalendarField.Of(time.Day),
            Hour = CalendarField.Of(time.Hour),
            Minute = CalendarField.Of(time.Minute),
            Microsecond = CalendarField.Of(time.Second * MicrosecondsPerSecond),
            IsUtc = true,
        };
    }

    private CalendarEvent? ReadDate(CalendarEvent calendar)
    {
        var start = _position;
        if (AtEnd)
        {
            return calendar;
        }

        if (ReadField() is not { } first)
        {
            return null;
        }

        if (AtEnd || Next == ':')
        {
            // It was the hour.
            _position = start;
            return calendar;
        }

        if (ReadSeparator() is not { } fromEnd || ReadField() is not { } second)
        {
            return null;
        }

        if (SkipBlanks())
        {
            return calendar with { Month = first, Day = second, DaysFromEnd = fromEnd };
        }

        if (fromEnd)
        {
            return Fail<CalendarEvent>("nothing but a time follows the day");
        }

        if (ReadSeparator() is not { } dayFromEnd || ReadField() is not { } third)
        {
            return null;
        }

        return SkipBlanks()
            ? calendar with { Year = Centuries(first), Month = second, Day = third, DaysFromEnd = dayFromEnd }
            : Fail<CalendarEvent>("nothing but a time follows the day");
    }

    /// <summary>Whether days are counted from the end of the month; null where neither sign for that stands.</summary>
    private bool? ReadSeparator()
    {
        if (Next is '-' or '~')
        {
            return _text[_position++] == '~';
        }

        Fail("a '-' or '~' should stand here");
        return null;
    }

    private CalendarEvent? ReadTime(CalendarEvent? calendar)
    {
        if (calendar is null || AtEnd)
        {
            return calendar;
        }

        if (ReadField() is not { } hour || !TakeColon() || ReadField() is not { } minute)
        {
            return null;
        }

        calendar = calendar with { Hour = hour, Minute = minute };
        return AtEnd ? calendar
            : TakeColon() && ReadField(isSeconds: true) is { } microsecond ? calendar with { Microsecond = microsecond }
            : null;
    }

    private bool TakeColon()
    {
        if (Next == ':')
        {
            _position++;
            return true;
        }

        Fail("a ':' should stand here");
        return false;
    }

    private CalendarField? ReadField(bool isSeconds = false)
    {
        if (Next == '*')
        {
            _position++;
            return isSeconds ? new CalendarField([new CalendarRange(0, null, MicrosecondsPerSecond)]) : CalendarField.Any;
        }

        var ranges = new List<CalendarRange>();
        while (ranges.Count <= MostRanges && ReadRange(isSeconds) is { } range)
        {
            ranges.Add(range.Normalized);
            if (Next != ',')
            {
                return new CalendarField(ranges);
            }

            _position++;
        }

        return Fail<CalendarField>("too many values stand here");
    }

    private CalendarRange? ReadRange(bool isSeconds)
    {
        if (ReadNumber(isSeconds) is not { } start)
        {
            return null;
        }

        int? stop = null;
        var repeat = 0;
        if (_text.AsSpan(_position).StartsWith(".."))
        {
            _position += 2;
            stop = ReadNumber(isSeconds);
            repeat = isSeconds ? MicrosecondsPerSecond : 1;
        }

        if (_error is null && Next == '/')
        {
            _position++;
            repeat = ReadNumber(isSeconds) ?? 0;
            if (repeat == 0)
            {
                Fail("a repetition is above zero");
            }
        }
        else if (isSeconds && stop - start < repeat)
        {
            Fail("a range of seconds is a second long at least, unless a repetition follows it");
        }

        if (!AtEnd && Next is not (' ' or ',' or '-' or '~' or ':'))
        {
            Fail("a number does not end here");
        }

        return _error is null ? new CalendarRange(start, stop, repeat) : null;
    }

    /// <summary>A number, in microseconds where it stands for seconds.</summary>
    private int? ReadNumber(bool isSeconds)
    {
        var digits = TakeDigits();
        if (digits.Length == 0)
        {
            Fail("a number is missing");
            return null;
        }

        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || (isSeconds && number > int.MaxValue / MicrosecondsPerSecond))
        {
            Fail("the number before this is too large");
            return null;
        }

        if (!isSeconds)
        {
            return number;
        }

        number *= MicrosecondsPerSecond;
        if (Next != '.' || _text.AsSpan(_position).StartsWith(".."))
        {
            return number;
        }

        _position++;
        var fraction = TakeDigits();
        if (fraction.Length == 0)
        {
            Fail("digits are missing after the point");
            return null;
        }

        var microseconds = int.Parse(fraction[..Math.Min(6, fraction.Length)].PadRight(6, '0'), CultureInfo.InvariantCulture);
        return number + microseconds + (fraction.Length > 6 && fraction[6] >= '5' ? 1 : 0);
    }

    private string TakeDigits()
    {
        var start = _position;
        while (char.IsAsciiDigit(Next))
        {
            _position++;
        }

        return _text[start.._position];
    }

    /// <summary>Years of two digits: 12 is 2012, 89 is 1989.</summary>
    private static CalendarField Centuries(CalendarField years) => new(
        [.. years.Ranges.Select(range => new CalendarRange(Century(range.Start), range.Stop is { } stop ? Century(stop) : null, range.Repeat).Normalized)]);

    private static int Century(int year) => year < 70 ? year + 2000 : year < 100 ? year + 1900 : year;
}
