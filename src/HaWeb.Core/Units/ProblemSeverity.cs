namespace HaWeb.Core.Units;

/// <summary>Whether a problem keeps a unit file from being stored.</summary>
public enum ProblemSeverity
{
    /// <summary>The file is taken; something in it does not do what it seems to say.</summary>
    Warning,

    /// <summary>The file is refused.</summary>
    Error,
}
