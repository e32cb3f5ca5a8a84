namespace HaWeb.Core.Units;

/// <summary>Why a text with braces cannot be expanded.</summary>
public enum BraceFault
{
    /// <summary>A brace is opened and not closed, or closed and not opened.</summary>
    Unbalanced,

    /// <summary>The braces hold neither a list <c>{a,b}</c> nor a range <c>{1..3}</c>.</summary>
    NotAListOrRange,

    /// <summary>It would give more texts than allowed.</summary>
    TooMany,

    /// <summary>The text is longer than any that names units.</summary>
    TooLong,

    /// <summary>Braces are nested too deeply.</summary>
    TooDeep,
}
