namespace HaWeb.Core.Units;

/// <summary>What is wrong with a text that should be a unit's name.</summary>
public enum UnitNameFault
{
    /// <summary>It is empty.</summary>
    Empty,

    /// <summary>It has more than 256 characters.</summary>
    TooLong,

    /// <summary>It has no dot, so no suffix.</summary>
    NoSuffix,

    /// <summary>It ends in a dot.</summary>
    EndsInDot,

    /// <summary>Its suffix is not one of systemd's unit types.</summary>
    UnknownSuffix,

    /// <summary>It has an <c>@</c>, but units of its type have no templates.</summary>
    SuffixHasNoTemplates,

    /// <summary>A character that names cannot have.</summary>
    InvalidCharacter,

    /// <summary>Nothing stands before the <c>@</c>.</summary>
    EmptyPrefix,
}
