using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Agent;

namespace HaWeb.PowerShell.Agents;

/// <summary>The errors of an agent that cannot run.</summary>
internal static class AgentErrors
{
    /// <summary>The error.</summary>
    public static CommandError From(AgentStartException exception) => exception.RunningProcess is { } process
        ? new CommandError(
            "AgentAlreadyRunning", ErrorCategory.ResourceExists, exception.Message, process, "One agent serves a machine. End the other one first, or give this one another -Id.", exception)
        : new CommandError(
            "AgentCannotStart", ErrorCategory.ResourceUnavailable, exception.Message, null, "Correct what the message names and start the agent again.", exception);
}
