using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Runtime.Processes;

/// <summary>Starts a process as systemd would: with its own environment, user, folder and session, and a small parent that keeps its exit code.</summary>
internal static class ProcessStart
{
    // An agent that was started with nohup, or by a script in the background, ignores signals, and whatever it starts would for ever.
    private static readonly Lazy<IReadOnlyList<string>> DefaultSignals = new(() => CanResetSignals() ? ["--default-signal"] : []);

    private const string ToolPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Starts one.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="isBounded">Whether what it prints has to be bounded while no agent is there.</param>
    /// <returns>Its parent, which ends after it.</returns>
    /// <exception cref="ProcessException">It cannot be started.</exception>
    public static Process Start(ProcessSpec spec, RunFolder folder, bool isBounded)
    {
        var user = spec.User is null ? null : Accounts.User(spec.User);
        var program = Find(spec);
        var variables = Variables(spec, user, folder);
        var start = new ProcessStartInfo(Tool("env")) { RedirectStandardOutput = true, WorkingDirectory = "/" };
        start.Environment.Clear();
        start.Environment["PATH"] = ToolPath;
        foreach (var argument in (IEnumerable<string>)
            [
                .. DefaultSignals.Value, Tool("setsid"), "/bin/sh", ProcessParent.Install(Path.GetDirectoryName(folder.Path)!), folder.Path, DirectoryOf(spec, user), Convert.ToString(spec.UMask, 8).PadLeft(4, '0'),
                Target(spec.Output), Target(spec.Errors), isBounded ? "bounded" : "", .. Identity(spec, user), program, .. spec.ArgumentsWith(variables),
            ])
        {
            start.ArgumentList.Add(argument);
        }

        // Not as arguments, which every user of the machine can read.
        folder.WriteEnvironment(string.Concat(variables.Select(variable => $"export {variable.Key}={Quote(variable.Value)}\n")));

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ProcessException($"the machine cannot start a process: {e.Message}", e);
        }
    }

    private static bool CanResetSignals()
    {
        using var trial = Process.Start(new ProcessStartInfo(Tool("env"), ["--default-signal", "true"]) { RedirectStandardError = true })!;
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }

    private static string Target(OutputTarget target) => target.Kind switch
    {
        OutputKind.Null => "null",
        OutputKind.File => "file:" + target.Path,
        OutputKind.Append => "append:" + target.Path,
        OutputKind.Truncate => "truncate:" + target.Path,
        _ => "log",
    };

    private static string DirectoryOf(ProcessSpec spec, UserAccount? user)
    {
        var folder = spec.WorkingDirectory == "~" ? user?.Home ?? "/root" : spec.WorkingDirectory;
        return Directory.Exists(folder) ? folder
            : spec.MayLackDirectory ? "/"
            : throw new ProcessException($"WorkingDirectory={folder}: there is no such folder on this machine; write a - in front if it may be missing");
    }

    private static IEnumerable<string> Identity(ProcessSpec spec, UserAccount? user)
    {
        if (user is null && spec.Group is null)
        {
            return [];
        }

        var group = spec.Group is null ? user!.Group : Accounts.Group(spec.Group);
        return user is null
            ? [Tool("setpriv"), Number("--regid=", group), "--clear-groups"]
            : [Tool("setpriv"), Number("--reuid=", user.User), Number("--regid=", group), "--init-groups"];

        static string Number(string option, uint number) => string.Create(CultureInfo.InvariantCulture, $"{option}{number}");
    }

    private static string Quote(string value) => $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static SortedDictionary<string, string> Variables(ProcessSpec spec, UserAccount? user, RunFolder folder)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["INVOCATION_ID"] = folder.Invocation };
        if (user is not null)
        {
            (variables["USER"], variables["LOGNAME"], variables["HOME"], variables["SHELL"]) = (user.Name, user.Name, user.Home, user.Shell);
        }

        foreach (var (name, value) in spec.Environment)
        {
            variables[name] = value;
        }

        if (folder.Socket is { } socket)
        {
            variables["NOTIFY_SOCKET"] = socket.Address;
        }

        // By this the processes are known, whatever the unit says.
        variables["INVOCATION_ID"] = folder.Invocation;
        return variables;
    }

    private static string Tool(string name) => ToolPath.Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new ProcessException($"this machine has no {name}: install coreutils and util-linux");

    /// <summary>The program, looked for where its own PATH says.</summary>
    private static string Find(ProcessSpec spec)
    {
        IEnumerable<string> places = spec.Path.Contains('/', StringComparison.Ordinal)
            ? [spec.Path]
            : spec.Environment.GetValueOrDefault("PATH", ToolPath).Split(':').Select(folder => Path.Combine(folder, spec.Path));
        return places.FirstOrDefault(File.Exists) is not { } program ? throw new ProcessException($"there is no program {spec.Path} on this machine")
            : IsExecutable(program) ? program
            : throw new ProcessException($"{program} is not executable");
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
