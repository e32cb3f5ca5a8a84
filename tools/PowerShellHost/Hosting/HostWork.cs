using System.Management.Automation.Runspaces;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>What one start of the host is for.</summary>
internal abstract record HostWork
{
    private HostWork()
    {
    }

    /// <summary>Run a script file with arguments.</summary>
    internal sealed record Script(string Path, IReadOnlyList<CommandParameter> Arguments) : HostWork;

    /// <summary>Run the text of a command.</summary>
    internal sealed record Command(string Text) : HostWork;

    /// <summary>Read commands line by line until the end of input or <c>exit</c>.</summary>
    internal sealed record Prompt : HostWork;
}
