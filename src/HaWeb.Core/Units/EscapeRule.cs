namespace HaWeb.Core.Units;

/// <summary>What a backslash means while words are read.</summary>
internal enum EscapeRule
{
    /// <summary>Nothing: it is a character like others.</summary>
    Literal,

    /// <summary>The next character is literal. Used where a variable's value is split; unfinished quotes are closed at the end.</summary>
    Simple,

    /// <summary>C's escapes, as command lines have them.</summary>
    C,
}
