using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Model;
using HaWeb.Tools.PesterStandIn.Running;

namespace HaWeb.Tools.PesterStandIn;

/// <summary>Describe and Context: a named group of tests.</summary>
[Cmdlet(VerbsCommon.Add, "PesterBlock")]
[Alias("Describe", "Context")]
public sealed class DescribeCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1, Mandatory = true)]
    public ScriptBlock? Fixture { get; set; }

    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ForEach { get; set; }

    protected override void EndProcessing()
    {
        var discovery = Discovery.For(this);
        foreach (var data in TestData.Each(ForEach))
        {
            discovery.AddBlock(Name, data, Fixture!);
        }
    }
}
