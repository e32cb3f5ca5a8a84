using System.Collections.ObjectModel;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>A cmdlet that takes paths: -Path with wildcards, or -LiteralPath, which the pipeline's items bind to.</summary>
public abstract class PathCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Whether the paths are meant letter by letter.</summary>
    private protected bool IsLiteral => ParameterSetName == "LiteralPath";

    /// <summary>The paths as given, of either kind.</summary>
    private protected string[] Given => IsLiteral ? LiteralPath : Path;

    /// <summary>Runs the work for each path; what the provider refuses becomes a non-terminating error with that path as target.</summary>
    private protected void ForEachPath(Action<string> work)
    {
        foreach (var path in Given)
        {
            Guard(path, () => work(path));
        }
    }

    private protected void Guard(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (ProviderErrors.Record(failure, path) is { } record)
        {
            WriteError(record);
        }
    }

    /// <summary>The files that a path means, for cmdlets that read or write text; other providers are refused.</summary>
    private protected IEnumerable<string> Files(string path, bool mayBeNew)
    {
        var isNew = mayBeNew && (IsLiteral || !WildcardPattern.ContainsWildcardCharacters(path));
        ProviderInfo provider;
        Collection<string> files;
        if (IsLiteral || isNew)
        {
            files = [SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)];
        }
        else
        {
            files = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);
        }

        return provider.Name == FileSystemProvider.ProviderName
            ? files
            : throw new PSNotSupportedException($"'{path}' is not in the file system. {MyInvocation.MyCommand.Name} of this host works on files only.");
    }
}
