using System.Management.Automation;
using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Agents;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Base;

/// <summary>An error as an operator sees it.</summary>
/// <param name="Id">Its stable name, for scripts that handle it.</param>
/// <param name="Category">PowerShell's category.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Target">The value of the user's that it is about.</param>
/// <param name="Advice">What to do; null where the message says it.</param>
/// <param name="Cause">The exception behind it, if there is one.</param>
public sealed record CommandError(string Id, ErrorCategory Category, string Message, object? Target, string? Advice, Exception? Cause = null)
{
    /// <summary>The error of an exception.</summary>
    /// <param name="exception">The exception.</param>
    public static CommandError From(Exception exception) => exception switch
    {
        CommandException command => command.Error,
        StoreException store => StoreErrors.From(store),
        AgentStartException agent => AgentErrors.From(agent),
        DockerException docker => DockerErrors.From(docker),
        LoadBalancerRefusedException refused => new CommandError(
            "LoadBalancerInvalid", ErrorCategory.InvalidArgument, refused.Message, null, "Correct the values that the message names.", refused),
        OperationCanceledException => new CommandError(
            "Cancelled", ErrorCategory.OperationStopped, "The operation was cancelled.", null, "Run the command again.", exception),
        _ => new CommandError(
            "Unexpected",
            ErrorCategory.NotSpecified,
            $"{exception.GetType().Name}: {exception.Message}",
            null,
            "This is a fault of HaWeb. Please report it with the output of 'Get-Error'.",
            exception),
    };

    /// <summary>PowerShell's form of it.</summary>
    public ErrorRecord ToErrorRecord() =>
        new(Cause ?? new CommandException(this), Id, Category, Target) { ErrorDetails = new ErrorDetails(Message) { RecommendedAction = Advice } };
}
