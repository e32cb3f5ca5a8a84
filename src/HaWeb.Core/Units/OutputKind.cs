namespace HaWeb.Core.Units;

/// <summary>Where a process's output goes (<c>StandardOutput=</c>, <c>StandardError=</c>).</summary>
public enum OutputKind
{
    /// <summary>To the unit's log.</summary>
    Log,

    /// <summary>Nowhere.</summary>
    Null,

    /// <summary>Into a file, from its start, over what is there (<c>file:</c>).</summary>
    File,

    /// <summary>To the end of a file (<c>append:</c>).</summary>
    Append,

    /// <summary>Into a file that is emptied first (<c>truncate:</c>).</summary>
    Truncate,
}
