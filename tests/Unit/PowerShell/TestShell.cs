using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using HaWeb.PowerShell.Base;
using Shell = System.Management.Automation.PowerShell;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>A session of the real engine, with HaWeb's cmdlets in it.</summary>
internal sealed class TestShell : IDisposable
{
    private readonly Runspace _runspace;

    public TestShell(params Type[] moreCmdlets)
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var type in typeof(AsyncCmdlet).Assembly.GetExportedTypes().Concat(moreCmdlets).Append(typeof(SelectFirstCommand)))
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is not { } cmdlet)
            {
                continue;
            }

            var name = $"{cmdlet.VerbName}-{cmdlet.NounName}";
            state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
            foreach (var alias in type.GetCustomAttribute<AliasAttribute>()?.AliasNames ?? [])
            {
                state.Commands.Add(new SessionStateAliasEntry(alias, name));
            }
        }

        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>Runs a script to its end.</summary>
    public ShellResult Run(string script, params object?[] arguments)
    {
        using var shell = Create(script, arguments);
        ErrorRecord? terminating = null;
        var output = new List<PSObject>();
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException exception)
        {
            terminating = exception.ErrorRecord;
        }

        return ShellResult.Of(shell, output, terminating);
    }

    /// <summary>A script that is not started yet. Its arguments are <c>$args</c>.</summary>
    public Shell Create(string script, params object?[] arguments)
    {
        var shell = Shell.Create(_runspace).AddScript(script);
        foreach (var argument in arguments)
        {
            shell.AddArgument(argument);
        }

        return shell;
    }

    public void Dispose() => _runspace.Dispose();
}
