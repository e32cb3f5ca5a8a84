namespace HaWeb.Core.Units;

/// <summary>The characters before a command's path, and what they ask for.</summary>
[Flags]
public enum CommandPrefixes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>-</c>: a failure of the command counts as success.</summary>
    IgnoreFailure = 1,

    /// <summary><c>@</c>: the first word after the path is what the command is told as its own name.</summary>
    SeparateName = 2,

    /// <summary><c>:</c>: variables are not expanded.</summary>
    NoVariables = 4,

    /// <summary><c>+</c>: run with full privileges.</summary>
    FullPrivileges = 8,

    /// <summary><c>!</c>: run without change of user.</summary>
    NoUserChange = 16,

    /// <summary><c>!!</c>: as <c>!</c> where ambient capabilities are missing.</summary>
    AmbientCapabilities = 32,
}
