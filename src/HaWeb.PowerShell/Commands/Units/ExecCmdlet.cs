using System.Collections;
using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>A cmdlet that runs a command in units, and how it runs there.</summary>
public abstract class ExecCmdlet : ClusterCmdlet
{
    /// <summary>The user to run it as; the container's own by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>The folder to run it in; the container's own by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>More variables.</summary>
    [Parameter]
    public IDictionary? Environment { get; set; }

    /// <summary>A command as it is to run.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="input">What it reads from standard input; null for nothing.</param>
    private protected ExecCommand ToRun(IReadOnlyList<string> command, byte[]? input = null) =>
        new(command, User, WorkingDirectory, Environment is { } more ? [.. more.Keys.Cast<object>().Select(name => $"{name}={more[name]}")] : null, input);
}
