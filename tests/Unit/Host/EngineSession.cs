using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using HaWeb.Tools.PesterStandIn;
using HaWeb.Tools.PowerShellHost.Hosting;
using Shell = System.Management.Automation.PowerShell;

namespace HaWeb.Tests.Unit.Host;

/// <summary>A runspace with the host's general cmdlets, for one test.</summary>
internal sealed class EngineSession : IDisposable
{
    private readonly Runspace _runspace;

    public EngineSession(bool withPester = false)
    {
        Console = new ConsoleHost(nonInteractive: true);
        var state = GeneralCommands.CreateSessionState();
        if (withPester)
        {
            state.ImportPSModule(typeof(InvokePesterCommand).Assembly.Location);
        }

        _runspace = RunspaceFactory.CreateRunspace(Console, state);
        _runspace.Open();
    }

    public ConsoleHost Console { get; }

    public Runspace Runspace => _runspace;

    public void Dispose() => _runspace.Dispose();

    /// <summary>What the script writes.</summary>
    public Collection<PSObject> Run(string script)
    {
        using var shell = Shell.Create(_runspace);
        return shell.AddScript(script).Invoke();
    }

    /// <summary>What the script writes, as texts.</summary>
    public string[] Texts(string script) => [.. Run(script).Select(item => item?.ToString() ?? "")];

    /// <summary>The ids of the errors that the script writes.</summary>
    public string[] Errors(string script)
    {
        using var shell = Shell.Create(_runspace);
        shell.AddScript(script).Invoke();
        return [.. shell.Streams.Error.Select(error => error.FullyQualifiedErrorId)];
    }
}
