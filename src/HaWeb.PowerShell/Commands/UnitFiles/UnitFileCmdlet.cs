using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>A cmdlet that takes unit files: by path, as objects, or as text.</summary>
public abstract class UnitFileCmdlet : ClusterCmdlet
{
    private protected const string ByPath = "Path";
    private protected const string ByLiteralPath = "LiteralPath";
    private protected const string ByObject = "InputObject";
    private protected const string ByText = "Content";

    private readonly List<UnitSource> _sources = [];
    private bool _hasUnreadable;

    /// <summary>Paths of unit files, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of unit files, taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByLiteralPath)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Unit files as Get-HaUnitFile gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    [ValidateNotNullOrEmpty]
    public HaUnitFile[] InputObject { get; set; } = [];

    /// <summary>The text of a unit file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByText)]
    [AllowEmptyString]
    public string Content { get; set; } = "";

    /// <summary>The name of the unit whose text is given.</summary>
    private protected abstract string TextName { get; }

    /// <summary>The files taken so far.</summary>
    private protected IReadOnlyList<UnitSource> Sources => _sources;

    /// <summary>Whether a file that was asked for could not be read.</summary>
    private protected bool HasUnreadable => _hasUnreadable;

    /// <summary>Takes what is bound now.</summary>
    private protected void Take()
    {
        switch (ParameterSetName)
        {
            case ByPath:
                Read(Path.SelectMany(Resolve));
                break;
            case ByLiteralPath:
                Read(LiteralPath.Select(GetUnresolvedProviderPathFromPSPath));
                break;
            case ByObject:
                _sources.AddRange(InputObject.Select(file => new UnitSource(file.Name, file.Content)));
                break;
            case ByText:
                _sources.Add(new UnitSource(TextName, Content));
                break;
        }
    }

    /// <summary>Everything that is wrong with files, in their order.</summary>
    /// <param name="sources">The files.</param>
    /// <param name="state">The cluster that they are for; null for none.</param>
    private protected static IEnumerable<HaUnitProblem> Check(IReadOnlyList<UnitSource> sources, ClusterState? state = null) => UnitSetLinter.Check(sources, state)
        .Zip(sources, (problems, source) => problems.Select(problem => HaUnitProblem.Of(problem, source.Path ?? source.Name)))
        .SelectMany(problems => problems);

    private IReadOnlyList<string> Resolve(string path)
    {
        try
        {
            return GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (Exception exception) when (exception is ItemNotFoundException or System.Management.Automation.DriveNotFoundException)
        {
            ReportUnreadable(path, exception);
            return [];
        }
    }

    private void Read(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                _sources.Add(UnitSourceFile.Read(path));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                ReportUnreadable(path, exception);
            }
        }
    }

    private void ReportUnreadable(string path, Exception exception)
    {
        _hasUnreadable = true;
        WriteError(UnitSourceFile.Unreadable(path, exception).ToErrorRecord());
    }
}
