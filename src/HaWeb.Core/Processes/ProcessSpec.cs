using HaWeb.Core.Units;

namespace HaWeb.Core.Processes;

/// <summary>A process to start, as systemd starts one: without a shell, in a session of its own, with this environment and no other.</summary>
/// <param name="Path">The program: an absolute path, or a name to look for in the PATH of its environment.</param>
/// <param name="Arguments">The arguments after it, with the variables of <see cref="Environment"/> in place.</param>
public sealed record ProcessSpec(string Path, IReadOnlyList<string> Arguments)
{
    /// <summary>The line that it comes from, and what its specifiers stand for; null for none.</summary>
    public (CommandLine Line, SpecifierContext Specifiers)? Source { get; init; }

    /// <summary>Its variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder it runs in, <c>~</c> for the user's home. A folder that is not there is an error unless it may be missing.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Whether it runs in <c>/</c> where the folder is not there.</summary>
    public bool MayLackDirectory { get; init; }

    /// <summary>The user it runs as; null for the agent's own, which is root.</summary>
    public string? User { get; init; }

    /// <summary>The group it runs as; null for the user's own.</summary>
    public string? Group { get; init; }

    /// <summary>The permissions that files it creates do not get.</summary>
    public int UMask { get; init; } = 0b000_010_010;

    /// <summary>Where its output goes.</summary>
    public OutputTarget Output { get; init; } = new(OutputKind.Log);

    /// <summary>Where its errors go.</summary>
    public OutputTarget Errors { get; init; } = new(OutputKind.Log);

    /// <summary>The arguments with variables in place that only the machine knows: <c>$HOME</c> of its user, for example.</summary>
    /// <param name="variables">All variables that it has.</param>
    public IReadOnlyList<string> ArgumentsWith(IReadOnlyDictionary<string, string> variables) =>
        Source is { } source ? source.Line.Expand(source.Specifiers, variables).Arguments : Arguments;

    /// <summary>Whether it is given a socket to say on that it is ready: <c>NOTIFY_SOCKET</c> of sd_notify(3).</summary>
    public bool SaysWhenReady { get; init; }

    /// <summary>Whether it is expected to end by itself, as commands and one-shots do. Only a simulated one goes by this.</summary>
    public bool EndsByItself { get; init; }

    /// <summary>The port that its unit is advertised at; null for none. A process opens its ports itself: only a simulated one goes by this.</summary>
    public int? Port { get; init; }
}
