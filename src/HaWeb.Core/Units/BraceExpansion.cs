using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HaWeb.Core.Units;

/// <summary>
/// The brace ranges that shells expand and PowerShell does not: <c>{a,b}</c>, <c>{1..3}</c>, <c>{01..10}</c> (keeps its width), <c>{3..1}</c>,
/// <c>{0..10..5}</c>, nested and several per name. Unlike in a shell, braces that are none of these are an error: no name has braces.
/// </summary>
public sealed class BraceExpansion
{
    /// <summary>The most texts one expansion gives.</summary>
    public const int MaxCount = 10_000;

    /// <summary>The longest text, in characters: several names of units.</summary>
    public const int MaxLength = 1024;

    private const int MaxDepth = 16;

    private readonly string _text;
    private readonly int _limit;
    private int _position;
    private BraceError? _error;

    private BraceExpansion(string text, int limit)
    {
        _text = text;
        _limit = limit;
    }

    /// <summary>Expands a text, in the order a shell does.</summary>
    /// <param name="text">The text; one without braces gives itself.</param>
    /// <param name="expanded">The texts. Not necessarily distinct.</param>
    /// <param name="error">Why there are none.</param>
    /// <param name="limit">The most texts wanted.</param>
    public static bool TryExpand(
        string text,
        [NotNullWhen(true)] out IReadOnlyList<string>? expanded,
        [NotNullWhen(false)] out BraceError? error,
        int limit = MaxCount)
    {
        ArgumentNullException.ThrowIfNull(text);
        var expansion = new BraceExpansion(text, limit);
        expanded = text.Length > MaxLength
            ? expansion.Fail(BraceFault.TooLong, MaxLength, $"A name with braces has at most {MaxLength} characters; this one has {text.Length}.")
            : expansion.Sequence(0);
        if (expanded is not null && expansion._position < text.Length)
        {
            expanded = expansion.Fail(BraceFault.Unbalanced, expansion._position, "'}' closes no brace.");
        }

        error = expansion._error;
        return expanded is not null;
    }

    private List<string>? Sequence(int depth)
    {
        List<string> results = [""];
        while (_position < _text.Length)
        {
            var character = _text[_position];
            if (character == '}' || (depth > 0 && character == ','))
            {
                break;
            }

            List<string>? next;
            if (character == '{')
            {
                next = Braces(depth + 1);
            }
            else
            {
                var start = _position;
                while (_position < _text.Length && _text[_position] is not ('{' or '}') && (depth == 0 || _text[_position] != ','))
                {
                    _position++;
                }

                next = [_text[start.._position]];
            }

            if (next is null)
            {
                return null;
            }

            if ((long)results.Count * next.Count > _limit)
            {
                return TooMany(0);
            }

            results = [.. from head in results from tail in next select head + tail];
        }

        return results;
    }

    private List<string>? Braces(int depth)
    {
        var open = _position++;
        if (depth > MaxDepth)
        {
            return Fail(BraceFault.TooDeep, open, $"Braces are nested more than {MaxDepth} deep.");
        }

        var results = new List<string>();
        var alternatives = 0;
        var start = _position;
        while (true)
        {
            var alternative = Sequence(depth);
            if (alternative is null)
            {
                return null;
            }

            alternatives++;
            results.AddRange(alternative);
            if (results.Count > _limit)
            {
                return TooMany(open);
            }

            if (_position == _text.Length)
            {
                return Fail(BraceFault.Unbalanced, open, "'{' is not closed.");
            }

            if (_text[_position++] == '}')
            {
                break;
            }
        }

        return alternatives > 1 ? results : Range(open, _text[start..(_position - 1)]);
    }

    private List<string>? Range(int open, string inside)
    {
        var parts = inside.Split("..");
        var step = 1L;
        if (parts.Length is not (2 or 3) || (parts.Length == 3 && (!TryNumber(parts[2], out step) || step == 0)))
        {
            return NoRange(open, inside);
        }

        if (TryNumber(parts[0], out var first) && TryNumber(parts[1], out var last))
        {
            var width = IsPadded(parts[0]) || IsPadded(parts[1]) ? Math.Max(parts[0].Length, parts[1].Length) : 0;
            return Count(open, first, last, step, number => Pad(number, width));
        }

        return parts[0] is [var from] && parts[1] is [var to] && char.IsAsciiLetter(from) && char.IsAsciiLetter(to)
            ? Count(open, from, to, step, number => ((char)number).ToString())
            : NoRange(open, inside);
    }

    private List<string>? Count(int open, long first, long last, long step, Func<long, string> format)
    {
        var size = Math.Abs(step);
        var count = (Math.Abs(last - first) / size) + 1;
        if (count > _limit)
        {
            return TooMany(open);
        }

        var direction = last < first ? -size : size;
        var results = new List<string>((int)count);
        for (var i = 0L; i < count; i++)
        {
            results.Add(format(first + (i * direction)));
        }

        return results;
    }

    private static bool TryNumber(string text, out long number)
    {
        number = 0;
        return text.Length <= 10 && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsPadded(string number)
    {
        var digits = number.TrimStart('-', '+');
        return digits.Length > 1 && digits[0] == '0';
    }

    private static string Pad(long number, int width) =>
        number < 0 ? "-" + (-number).ToString(CultureInfo.InvariantCulture).PadLeft(Math.Max(width - 1, 0), '0')
            : number.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');

    private List<string>? NoRange(int open, string inside) =>
        Fail(BraceFault.NotAListOrRange, open, $"'{{{inside}}}' is neither a list such as {{a,b}} nor a range such as {{1..3}}.");

    private List<string>? TooMany(int position) =>
        Fail(BraceFault.TooMany, position, $"'{_text}' gives more than {_limit} names.");

    private List<string>? Fail(BraceFault fault, int position, string message)
    {
        _error ??= new BraceError(fault, position + 1, message);
        return null;
    }
}
