namespace HaWeb.Core.Processes;

/// <summary>The ids by which processes are told from containers, where a unit may be either.</summary>
public static class ProcessId
{
    private const string Prefix = "process-";

    /// <summary>The id of the run with this invocation id.</summary>
    /// <param name="invocation">What the driver calls the run; systemd's INVOCATION_ID.</param>
    public static string Of(string invocation) => Prefix + invocation;

    /// <summary>Whether an id is that of a process.</summary>
    public static bool Is(string? id) => id?.StartsWith(Prefix, StringComparison.Ordinal) == true;
}
