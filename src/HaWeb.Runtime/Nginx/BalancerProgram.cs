using System.Text.RegularExpressions;
using HaWeb.Core.LoadBalancing;
using HaWeb.Runtime.Processes;

namespace HaWeb.Runtime.Nginx;

/// <summary>
/// What is known of a program that balances: a master that reads the config and starts workers, which are new when the master has taken a config. How its
/// processes look, how it tests a config, and by which signal it takes one.
/// </summary>
internal abstract partial class BalancerProgram
{
    /// <summary>The program's name.</summary>
    public abstract string Name { get; }

    /// <summary>The signal by which the master reads its config anew.</summary>
    public abstract LinuxSignal ReloadSignal { get; }

    /// <summary>The program of an engine.</summary>
    public static BalancerProgram Of(BalancerEngine engine) => engine == BalancerEngine.HAProxy ? new HAProxyProgram() : new NginxProgram();

    /// <summary>The part of its output that says what is wrong.</summary>
    public static string WordsOf(string output)
    {
        var errors = output.Split('\n').Where(IsError).Select(line => line.Trim()).ToArray();
        return errors.Length > 0 ? string.Join("; ", errors) : output.Trim();
    }

    /// <summary>Whether a line of its output or log says why a config is not taken.</summary>
    public static bool IsError(string line) => ErrorForm().IsMatch(line);

    /// <summary>Its processes among others, the masters first.</summary>
    public abstract IReadOnlyList<BalancerProcess> Find(IReadOnlyList<ProcessRow> rows);

    /// <summary>Whether a master shows what it has read: one that begins may not do so yet.</summary>
    public virtual bool IsReady(BalancerProcess master) => true;

    /// <summary>The arguments with which the program tests what a master has read.</summary>
    public abstract IReadOnlyList<string> TestArguments(BalancerProcess master);

    /// <summary>The arguments with which the program signals its master itself; null when it cannot.</summary>
    public abstract IReadOnlyList<string>? ReloadArguments(BalancerProcess master);

    [GeneratedRegex(@"\[(emerg|alert|crit|ALERT)\]", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorForm();
}
