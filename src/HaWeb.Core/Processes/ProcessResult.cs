namespace HaWeb.Core.Processes;

/// <summary>What came of a <see cref="ProcessRequest"/>.</summary>
public abstract record ProcessResult
{
    private ProcessResult()
    {
    }

    /// <summary>It is done, and there is no more to say.</summary>
    public sealed record Done : ProcessResult;

    /// <summary>The process that was started.</summary>
    /// <param name="Process">Its id (<see cref="ProcessId"/>).</param>
    /// <param name="Number">Its number in the machine, systemd's <c>$MAINPID</c>.</param>
    public sealed record Started(string Process, int Number) : ProcessResult;

    /// <summary>Lines that a unit printed.</summary>
    /// <param name="Lines">The lines, oldest first.</param>
    public sealed record Printed(IReadOnlyList<string> Lines) : ProcessResult;
}
