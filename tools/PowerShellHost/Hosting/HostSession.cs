using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>One runspace of the engine, bound to the console, and the pipelines that are run in it one after the other.</summary>
internal sealed class HostSession : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ConsoleHost _host;
    private readonly Runspace _runspace;
    private PowerShell? _running;
    private bool _isStopping;
    private bool _isPrompting;
    private int? _stoppedWith;

    public HostSession(bool nonInteractive)
    {
        _host = new ConsoleHost(nonInteractive);
        _runspace = RunspaceFactory.CreateRunspace(_host, GeneralCommands.CreateSessionState());
        _runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
    }

    public void Dispose() => _runspace.Dispose();

    /// <summary>Runs a script file; gives its <c>exit</c> code, 1 after a terminating error, else 0.</summary>
    public int RunFile(string path, IEnumerable<CommandParameter> arguments)
    {
        var script = new Command(path, isScript: false, useLocalScope: false);
        foreach (var argument in arguments)
        {
            script.Parameters.Add(argument);
        }

        EngineInternals.LetExitReachHost(_runspace);
        var completed = Run(script);
        return ExitCode(completed ? 0 : 1);
    }

    /// <summary>Runs a text; gives its <c>exit</c> code, 1 if it or its last command failed, else 0.</summary>
    public int RunCommand(string text)
    {
        var succeeded = Run(new Command(text, isScript: true, useLocalScope: false)) && LastCommandSucceeded();
        return ExitCode(succeeded ? 0 : 1);
    }

    /// <summary>Reads commands and runs them, until the end of input, <c>exit</c> or a signal.</summary>
    public int RunPrompt()
    {
        _isPrompting = true;
        while (_host.RequestedExitCode is null && _stoppedWith is null && ReadCommand() is { } text)
        {
            Run(new Command(text, isScript: true, useLocalScope: false));
        }

        return ExitCode(0);
    }

    /// <summary>
    /// Stops the running pipeline; the host then ends with this exit code, but a prompt goes on after an interrupt. False if
    /// nothing is running, or it is being stopped already.
    /// </summary>
    public bool TryStop(int exitCode, bool isInterrupt)
    {
        lock (_gate)
        {
            if (!(_isPrompting && isInterrupt))
            {
                _stoppedWith = exitCode;
            }

            if (_running is null || _isStopping)
            {
                return false;
            }

            _isStopping = true;
            // Not Stop(): it waits for the pipeline, and the signal's thread must stay free for a second signal.
            _running.BeginStop(null, null);
            return true;
        }
    }

    private int ExitCode(int otherwise) => _stoppedWith ?? _host.RequestedExitCode ?? otherwise;

    /// <summary>False if a terminating error, already reported, or a stop ended the pipeline.</summary>
    private bool Run(Command command)
    {
        using var shell = PowerShell.Create(_runspace);
        var output = new Command("Out-Default");
        command.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.Commands.AddCommand(command).AddCommand(output);
        try
        {
            Begin(shell);
            // The engine keeps $? only for what goes into the history.
            shell.Invoke(null, new PSInvocationSettings { AddToHistory = true });
            return true;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (RuntimeException failure)
        {
            Report(failure.ErrorRecord);
            return false;
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    private void Begin(PowerShell shell)
    {
        lock (_gate)
        {
            if (_stoppedWith is not null)
            {
                throw new PipelineStoppedException();
            }

            _running = shell;
            _isStopping = false;
        }
    }

    private void Report(ErrorRecord error)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddCommand("Out-Default").Invoke(new[] { EngineInternals.ForErrorStream(error) });
    }

    private bool LastCommandSucceeded()
    {
        using var pipeline = _runspace.CreatePipeline("$global:?");
        return pipeline.Invoke() is [{ BaseObject: true }];
    }

    private string? ReadCommand()
    {
        var text = string.Empty;
        while (true)
        {
            if (!Console.IsInputRedirected)
            {
                _host.UI.Write(text.Length == 0 ? PromptText() : ">> ");
            }

            if (Console.ReadLine() is not { } line)
            {
                return text.Length == 0 ? null : text;
            }

            text = text.Length == 0 ? line : text + Environment.NewLine + line;
            Parser.ParseInput(text, out _, out var errors);
            if (line.Length == 0 || !errors.Any(error => error.IncompleteInput))
            {
                return text;
            }
        }
    }

    private string PromptText()
    {
        using var shell = PowerShell.Create(_runspace);
        return string.Concat(shell.AddCommand("prompt").Invoke().Select(part => part?.ToString()));
    }
}
