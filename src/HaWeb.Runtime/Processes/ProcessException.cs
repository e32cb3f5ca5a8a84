namespace HaWeb.Runtime.Processes;

/// <summary>A process cannot be started or ended, or what it printed cannot be read.</summary>
public sealed class ProcessException : Exception
{
    /// <summary>Makes one.</summary>
    public ProcessException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
