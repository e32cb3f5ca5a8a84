namespace HaWeb.Core.Units;

/// <summary>A word of a command line as far as it is known.</summary>
/// <param name="Text">The word; what is not known yet stands in it as it was written.</param>
/// <param name="Knowledge">How much of it is known.</param>
/// <param name="Offset">Where it was written in the option's text, from 0; -1 where that is not known.</param>
public readonly record struct CommandWord(string Text, WordKnowledge Knowledge = WordKnowledge.Exact, int Offset = -1)
{
    /// <summary>Whether nothing is left to replace.</summary>
    public bool IsExact => Knowledge == WordKnowledge.Exact;
}
