namespace HaWeb.Core.Units;

/// <summary>How much of a command's word is known before the command runs.</summary>
public enum WordKnowledge
{
    /// <summary>All of it.</summary>
    Exact,

    /// <summary>It is one word, with variables or machine specifiers in it that are still to be replaced.</summary>
    Unexpanded,

    /// <summary>It is a variable that will be split into any number of words.</summary>
    AnyNumber,
}
