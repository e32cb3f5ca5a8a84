namespace HaWeb.Runtime.Agent;

/// <summary>An agent cannot run here; the message says what to do.</summary>
public sealed class AgentStartException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Why, and what to do.</param>
    /// <param name="runningProcess">The process id of the agent that runs already, where that is the reason and it is known.</param>
    /// <param name="innerException">What failed.</param>
    public AgentStartException(string message, int? runningProcess = null, Exception? innerException = null)
        : base(message, innerException) => RunningProcess = runningProcess;

    /// <summary>The process id of the agent that runs already, or null.</summary>
    public int? RunningProcess { get; }
}
