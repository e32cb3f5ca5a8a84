using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(bool))]
public sealed class TestPathCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? Path { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? LiteralPath { get; set; }

    [Parameter]
    [Alias("Type")]
    public TestPathType PathType { get; set; } = TestPathType.Any;

    protected override void ProcessRecord()
    {
        var isLiteral = ParameterSetName == "LiteralPath";
        foreach (var path in (isLiteral ? LiteralPath : Path) ?? [])
        {
            WriteObject(!string.IsNullOrWhiteSpace(path) && Exists(path, isLiteral));
        }
    }

    private bool Exists(string path, bool isLiteral)
    {
        try
        {
            return InvokeProvider.Item.Exists(path, force: false, isLiteral)
                && (PathType == TestPathType.Any || IsContainer(path, isLiteral) == (PathType == TestPathType.Container));
        }
        catch (RuntimeException failure) when (failure is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            return false;
        }
    }

    private bool IsContainer(string path, bool isLiteral) =>
        InvokeProvider.Item.IsContainer(isLiteral ? WildcardPattern.Escape(path) : path);
}
