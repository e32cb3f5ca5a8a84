using System.Globalization;
using System.Text;

namespace HaWeb.Core.Units;

/// <summary>Takes words off a text as systemd 252 does: split at blanks, quotes removed wherever they stand, escapes resolved.</summary>
internal sealed class WordReader(string text, EscapeRule escapes)
{
    // Escapes such as \xc3\xa4 name bytes, so words are gathered as UTF-8.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<byte> _bytes = [];
    private readonly List<int> _unknownEscapes = [];

    /// <summary>Where reading goes on, from 0. Always at a word or at the end, once <see cref="SkipBlanks"/> or <see cref="Read"/> was called.</summary>
    public int Position { get; private set; }

    /// <summary>Where backslashes stand that begin no known escape; they were kept as they are.</summary>
    public IReadOnlyList<int> UnknownEscapes => _unknownEscapes;

    public bool AtEnd => Position >= text.Length;

    public static bool IsBlank(char character) => character is ' ' or '\t' or '\n' or '\r';

    public static bool TrySplit(string text, EscapeRule escapes, out IReadOnlyList<string> words, out string? error)
    {
        var reader = new WordReader(text, escapes);
        var list = new List<string>();
        words = list;
        while (reader.Read(out error) is { } word)
        {
            list.Add(word);
        }

        return error is null;
    }

    public void SkipBlanks()
    {
        while (Position < text.Length && IsBlank(text[Position]))
        {
            Position++;
        }
    }

    /// <summary>Whether the text goes on with this token, followed by a blank or the end; if so it is taken.</summary>
    public bool TryTake(string token)
    {
        var end = Position + token.Length;
        if (string.CompareOrdinal(text, Position, token, 0, token.Length) != 0 || (end < text.Length && !IsBlank(text[end])))
        {
            return false;
        }

        Position = end;
        SkipBlanks();
        return true;
    }

    /// <summary>The next word; null at the end, and with an error where none can be read.</summary>
    public string? Read(out string? error)
    {
        error = null;
        SkipBlanks();
        if (AtEnd)
        {
            return null;
        }

        _bytes.Clear();
        char? quote = null;
        while (Position < text.Length)
        {
            var character = text[Position];
            if (character == '\\' && escapes != EscapeRule.Literal)
            {
                error = ReadEscape();
                if (error is not null)
                {
                    return null;
                }
            }
            else if (character == quote)
            {
                quote = null;
                Position++;
            }
            else if (quote is null && character is ('"' or '\''))
            {
                quote = character;
                Position++;
            }
            else if (quote is null && IsBlank(character))
            {
                break;
            }
            else
            {
                AppendRune();
            }
        }

        if (quote is not null && escapes != EscapeRule.Simple)
        {
            error = $"The quote {quote} is not closed.";
            return null;
        }

        SkipBlanks();
        try
        {
            return Strict.GetString([.. _bytes]);
        }
        catch (DecoderFallbackException)
        {
            error = "Escaped bytes in a word are not UTF-8.";
            return null;
        }
    }

    private void AppendRune()
    {
        Rune.DecodeFromUtf16(text.AsSpan(Position), out var rune, out var length);
        Append(rune);
        Position += length;
    }

    private void Append(Rune rune)
    {
        Span<byte> buffer = stackalloc byte[4];
        _bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
    }

    private string? ReadEscape()
    {
        var start = Position++;
        if (AtEnd)
        {
            return escapes == EscapeRule.Simple ? null : "The text ends in a backslash that escapes nothing.";
        }

        if (escapes == EscapeRule.Simple)
        {
            AppendRune();
            return null;
        }

        var letter = text[Position];
        var plain = "abfnrtvs\\\"'".IndexOf(letter, StringComparison.Ordinal);
        if (plain >= 0)
        {
            _bytes.Add((byte)"\a\b\f\n\r\t\v \\\"'"[plain]);
            Position++;
            return null;
        }

        var (skip, digits, numberBase) = letter switch
        {
            'x' => (1, 2, 16),
            'u' => (1, 4, 16),
            'U' => (1, 8, 16),
            >= '0' and <= '7' => (0, 3, 8),
            _ => (0, 0, 0),
        };
        if (digits == 0 || !TryReadNumber(Position + skip, digits, numberBase, out var number) || number == 0
            || (digits <= 3 ? number > byte.MaxValue : !Rune.IsValid(number)))
        {
            _unknownEscapes.Add(start);
            _bytes.Add((byte)'\\');
            AppendRune();
            return null;
        }

        if (digits <= 3)
        {
            _bytes.Add((byte)number);
        }
        else
        {
            Append(new Rune(number));
        }

        Position += skip + digits;
        return null;
    }

    private bool TryReadNumber(int start, int digits, int numberBase, out uint number)
    {
        number = 0;
        if (start + digits > text.Length)
        {
            return false;
        }

        var span = text.AsSpan(start, digits);
        if (numberBase == 16)
        {
            return uint.TryParse(span, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        }

        foreach (var digit in span)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }

            number = (number * 8) + (uint)(digit - '0');
        }

        return true;
    }
}
