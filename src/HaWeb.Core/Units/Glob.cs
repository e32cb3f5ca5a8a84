using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace HaWeb.Core.Units;

/// <summary>
/// A compiled pattern of <c>*</c>, <c>?</c>, <c>[a-c]</c>, <c>[^a]</c> and escaped characters, which must match a whole text.
/// Matching takes at most the product of both lengths.
/// </summary>
internal sealed class Glob
{
    private readonly List<Token> _tokens;
    private readonly char? _separator;

    private Glob(List<Token> tokens, char? separator)
    {
        _tokens = tokens;
        _separator = separator;
    }

    /// <summary>Whether it is a plain text without wildcards.</summary>
    public bool IsLiteral => _tokens.TrueForAll(token => token is { IsStar: false, IsAny: false, Ranges: null });

    /// <summary>The text that everything it matches begins with.</summary>
    public string LiteralStart => string.Concat(_tokens.TakeWhile(token => token is { IsStar: false, IsAny: false, Ranges: null }).Select(token => token.Literal));

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="escape">The character that makes the next one literal.</param>
    /// <param name="separator">A character that <c>*</c> and <c>?</c> do not match, or null.</param>
    /// <param name="glob">The pattern, compiled.</param>
    /// <param name="error">What is wrong with it, for people.</param>
    public static bool TryParse(string pattern, char escape, char? separator, [NotNullWhen(true)] out Glob? glob, [NotNullWhen(false)] out string? error)
    {
        var tokens = new List<Token>();
        glob = null;
        for (var i = 0; i < pattern.Length;)
        {
            switch (pattern[i])
            {
                case '*':
                    if (tokens.Count == 0 || !tokens[^1].IsStar)
                    {
                        tokens.Add(new Token(IsStar: true));
                    }

                    i++;
                    break;
                case '?':
                    tokens.Add(new Token(IsAny: true));
                    i++;
                    break;
                case '[':
                    if (!TryReadClass(pattern, escape, ref i, out var token))
                    {
                        error = $"'{pattern}' has a '[' that is not closed, is empty, or has a range that runs backwards.";
                        return false;
                    }

                    tokens.Add(token);
                    break;
                default:
                    if (!TryReadCharacter(pattern, escape, ref i, out var literal))
                    {
                        error = $"'{pattern}' ends in '{escape}', which escapes nothing.";
                        return false;
                    }

                    tokens.Add(new Token(Literal: literal));
                    break;
            }
        }

        glob = new Glob(tokens, separator);
        error = null;
        return true;
    }

    /// <summary>Whether it matches the whole text.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        int token = 0, position = 0, starToken = -1, starEnd = 0;
        while (true)
        {
            if (token < _tokens.Count && _tokens[token].IsStar)
            {
                starToken = token++;
                starEnd = position;
            }
            else if (token == _tokens.Count && position == text.Length)
            {
                return true;
            }
            else if (token < _tokens.Count && TryTake(text[position..], _tokens[token], out var length))
            {
                token++;
                position += length;
            }
            else if (starToken >= 0 && starEnd < text.Length && text[starEnd] != _separator)
            {
                // Let the last star take one more character: an earlier one could gain nothing.
                position = ++starEnd;
                token = starToken + 1;
            }
            else
            {
                return false;
            }
        }
    }

    private bool TryTake(ReadOnlySpan<char> text, Token token, out int length)
    {
        if (text.IsEmpty)
        {
            length = 0;
            return false;
        }

        Rune.DecodeFromUtf16(text, out var rune, out length);
        if (token.IsAny)
        {
            return rune.Value != _separator;
        }

        if (token.Ranges is null)
        {
            return rune == token.Literal;
        }

        var inside = token.Ranges.Exists(range => range.Low <= rune && rune <= range.High);
        return inside != token.IsNegated;
    }

    private static bool TryReadClass(string pattern, char escape, ref int i, out Token token)
    {
        i++;
        var negated = i < pattern.Length && pattern[i] == '^';
        if (negated)
        {
            i++;
        }

        var ranges = new List<(Rune Low, Rune High)>();
        token = default;
        while (i < pattern.Length && (pattern[i] != ']' || ranges.Count == 0))
        {
            if (pattern[i] is '-' or ']' || !TryReadCharacter(pattern, escape, ref i, out var low))
            {
                return false;
            }

            var high = low;
            if (i < pattern.Length && pattern[i] == '-')
            {
                i++;
                if (i == pattern.Length || pattern[i] is '-' or ']' || !TryReadCharacter(pattern, escape, ref i, out high))
                {
                    return false;
                }
            }

            if (high < low)
            {
                return false;
            }

            ranges.Add((low, high));
        }

        token = new Token(Ranges: ranges, IsNegated: negated);
        return i++ < pattern.Length;
    }

    private static bool TryReadCharacter(string pattern, char escape, ref int i, out Rune rune)
    {
        if (pattern[i] == escape)
        {
            i++;
        }

        if (i == pattern.Length)
        {
            rune = default;
            return false;
        }

        Rune.DecodeFromUtf16(pattern.AsSpan(i), out rune, out var length);
        i += length;
        return true;
    }

    private readonly record struct Token(
        Rune Literal = default,
        bool IsStar = false,
        bool IsAny = false,
        List<(Rune Low, Rune High)>? Ranges = null,
        bool IsNegated = false);
}
