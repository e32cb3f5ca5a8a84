using System.Text;

namespace HaWeb.Core.Units;

/// <summary>
/// Takes the conditions off a text of MachineMetadata: parted by blanks, and in quotes as a whole or where a value has a blank.
/// </summary>
internal sealed class MetadataConditionReader(string text, UnitName unit)
{
    private const string Forms = "Write key=value, key!=value, key in (a,b), key notin (a,b), key exists or key notexists.";

    private static readonly string[] Words = ["in", "notin", "exists", "notexists"];

    private int _position;
    private int _start;
    private int _end = text.Length;
    private bool _inQuotes;

    /// <summary>What is wrong with the text, once <see cref="Read"/> has given null before its end.</summary>
    public string? Error { get; private set; }

    /// <summary>What to write instead.</summary>
    public string? Suggestion { get; private set; }

    /// <summary>Where the text is wrong, from 0.</summary>
    public int ErrorOffset { get; private set; }

    /// <summary>The next condition; null at the end, and with an error where none can be read.</summary>
    public MetadataCondition? Read()
    {
        SkipBlanks();
        _start = _position;
        if (_position == _end)
        {
            return null;
        }

        return IsQuote(text[_position]) ? ReadInQuotes() : ReadBare();
    }

    private static bool IsQuote(char character) => character is '"' or '\'';

    private MetadataCondition? ReadInQuotes()
    {
        var close = FindClose();
        if (close < 0)
        {
            return null;
        }

        if (close + 1 < text.Length && !WordReader.IsBlank(text[close + 1]))
        {
            return Fail(close + 1, $"'{WordAt(close + 1)}' follows a closing quote.", "Put a blank between two conditions.");
        }

        _position++;
        _end = close;
        _inQuotes = true;
        SkipBlanks();
        _start = _position;
        var condition = ReadBare();
        SkipBlanks();
        if (condition is not null && _position < close)
        {
            return Fail(_position, $"'{text[_position..close]}' stands in the quotes of another condition.", "Give every condition quotes of its own, or none.");
        }

        _position = close + 1;
        _end = text.Length;
        _inQuotes = false;
        return condition;
    }

    private MetadataCondition? ReadBare()
    {
        while (_position < _end && !EndsKey(text[_position]) && !IsAt("!="))
        {
            _position++;
        }

        var key = Specifiers.ExpandName(text[_start.._position], unit);
        if (key.Length == 0 || key[^1] is '!' or '<' or '>' or '~' or '+')
        {
            return Malformed();
        }

        if (IsAt("!="))
        {
            return ReadValue(key, "!=") is { } value ? Condition(new MetadataRequirement.NoneOf(key, [value])) : null;
        }

        if (IsAt("="))
        {
            return ReadValue(key, "=") is { } value ? Condition(new MetadataRequirement.AnyOf(key, [value]), isAlternative: true) : null;
        }

        if (key[0] == '!')
        {
            return Malformed($"Write {key[1..]} notexists.");
        }

        SkipBlanks();
        return ReadWord(key);
    }

    private MetadataCondition? ReadWord(string key)
    {
        var start = _position;
        while (_position < _end && !WordReader.IsBlank(text[_position]) && text[_position] != '(')
        {
            _position++;
        }

        var word = text[start.._position];
        switch (word)
        {
            case "in":
                return ReadList(key, word) is { } wanted ? Condition(new MetadataRequirement.AnyOf(key, wanted)) : null;
            case "notin":
                return ReadList(key, word) is { } unwanted ? Condition(new MetadataRequirement.NoneOf(key, unwanted)) : null;
            case "exists" when EndsHere():
                return Condition(new MetadataRequirement.Exists(key));
            case "notexists" when EndsHere():
                return Condition(new MetadataRequirement.NotExists(key));
            case ['=', ..] or ['!', '=', ..]:
                return Malformed("Write it without blanks around the operator.");
            case "" when IsAt("("):
                return Malformed();
        }

        if (word.Length > 0 && !word.Contains('=', StringComparison.Ordinal))
        {
            return Malformed(Nearest.Suggest(word, Words));
        }

        // The key stands alone, before the end or before the next condition.
        _position = start;
        return Malformed($"Write {key} exists or {key}=value.");
    }

    /// <summary>The value after an operator, up to the next blank, or of a condition in quotes the rest.</summary>
    private string? ReadValue(string key, string @operator)
    {
        _position += @operator.Length;
        if (TakeText(character => !_inQuotes && WordReader.IsBlank(character)) is not { } value)
        {
            return null;
        }

        if (value.Length > 0 && !value.Contains('=', StringComparison.Ordinal))
        {
            return value;
        }

        Malformed(value.TrimStart('=') is { Length: > 0 } meant && value[0] == '=' ? $"Write {key}{@operator}{meant}." : null);
        return null;
    }

    /// <summary>The values in parentheses, parted by commas.</summary>
    private List<string>? ReadList(string key, string word)
    {
        SkipBlanks();
        if (!IsAt("("))
        {
            var rest = WordAt(_position);
            Malformed($"Write {key} {word} ({(rest.Length == 0 ? "a,b" : rest)}).");
            return null;
        }

        var values = new List<string>();
        do
        {
            _position++;
            SkipBlanks();
            if (TakeText(character => WordReader.IsBlank(character) || character is ',' or '(' or ')' or '=') is not { } value)
            {
                return null;
            }

            SkipBlanks();
            if (value.Length == 0 || !(IsAt(",") || IsAt(")")))
            {
                Malformed($"Write the values with commas between them: {key} {word} (a,b).");
                return null;
            }

            values.Add(value);
        }
        while (IsAt(","));
        _position++;
        if (EndsHere())
        {
            return values;
        }

        Fail(_position, $"'{WordAt(_position)}' follows a closing parenthesis.", "Put a blank between two conditions.");
        return null;
    }

    /// <summary>The text up to a character that ends it, quotes removed and specifiers replaced; null when a quote is not closed.</summary>
    private string? TakeText(Func<char, bool> ends)
    {
        var taken = new StringBuilder();
        for (; _position < _end && !ends(text[_position]); _position++)
        {
            if (_inQuotes || !IsQuote(text[_position]))
            {
                taken.Append(text[_position]);
                continue;
            }

            var close = FindClose();
            if (close < 0)
            {
                return null;
            }

            taken.Append(text, _position + 1, close - _position - 1);
            _position = close;
        }

        return Specifiers.ExpandName(taken.ToString(), unit).Trim();
    }

    /// <summary>Where the quote that opens here is closed; -1 and an error when it is not.</summary>
    private int FindClose()
    {
        var close = text.IndexOf(text[_position], _position + 1);
        if (close < 0)
        {
            Fail(_position, $"The quote {text[_position]} is not closed.", $"Put another {text[_position]} where it ends.");
        }

        return close;
    }

    private bool EndsHere() => _position == _end || WordReader.IsBlank(text[_position]);

    private bool EndsKey(char character) => WordReader.IsBlank(character) || character is '=' or '(' or ')' or ',' || (IsQuote(character) && !_inQuotes);

    private bool IsAt(string token) => string.CompareOrdinal(text, _position, token, 0, token.Length) == 0 && _position + token.Length <= _end;

    private void SkipBlanks()
    {
        while (_position < _end && WordReader.IsBlank(text[_position]))
        {
            _position++;
        }
    }

    private string WordAt(int start)
    {
        var end = start;
        while (end < _end && !WordReader.IsBlank(text[end]))
        {
            end++;
        }

        return text[start..end];
    }

    private MetadataCondition Condition(MetadataRequirement requirement, bool isAlternative = false) => new(requirement, _start, isAlternative);

    private MetadataCondition? Malformed(string? suggestion = null)
    {
        var shown = text[_start..Math.Max(_position, _start + WordAt(_start).Length)].TrimEnd();
        return Fail(_start, $"'{shown}' is not a condition on metadata.", suggestion ?? Forms);
    }

    private MetadataCondition? Fail(int offset, string error, string suggestion)
    {
        Error = error;
        Suggestion = suggestion;
        ErrorOffset = offset;
        return null;
    }
}
