using System.Collections.ObjectModel;
using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Path")]
public sealed class GetChildItemCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public string[] Path { get; set; } = ["."];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter File { get; set; }

    [Parameter]
    public SwitchParameter Directory { get; set; }

    [Parameter]
    public SwitchParameter Name { get; set; }

    protected override void ProcessRecord()
    {
        var isLiteral = ParameterSetName == "LiteralPath";
        var filter = Filter is null ? null : new WildcardPattern(Filter, WildcardOptions.IgnoreCase);
        foreach (var path in isLiteral ? LiteralPath : Path)
        {
            foreach (var item in Children(path, isLiteral).Where(item => IsWanted(item, filter)))
            {
                WriteObject(Name ? NameOf(item, path) : item);
            }
        }
    }

    private Collection<PSObject> Children(string path, bool isLiteral)
    {
        try
        {
            return InvokeProvider.ChildItem.Get([path], Recurse, Force, isLiteral);
        }
        catch (Exception failure) when (ProviderErrors.Record(failure, path) is { } record)
        {
            WriteError(record);
            return [];
        }
    }

    private bool IsWanted(PSObject item, WildcardPattern? filter)
    {
        var isContainer = item.Properties["PSIsContainer"]?.Value is true;
        return (!File || !isContainer)
            && (!Directory || isContainer)
            && (filter is null || filter.IsMatch(item.Properties["PSChildName"].Value.ToString()));
    }

    private string NameOf(PSObject item, string path) => Recurse && item.BaseObject is FileSystemInfo entry
        ? System.IO.Path.GetRelativePath(GetUnresolvedProviderPathFromPSPath(path), entry.FullName)
        : item.Properties["PSChildName"].Value.ToString()!;
}
