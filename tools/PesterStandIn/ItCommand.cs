using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Model;
using HaWeb.Tools.PesterStandIn.Running;

namespace HaWeb.Tools.PesterStandIn;

/// <summary>It: one test, or one for each item.</summary>
[Cmdlet(VerbsCommon.Add, "PesterTest")]
[Alias("It")]
public sealed class ItCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1, Mandatory = true)]
    public ScriptBlock? Test { get; set; }

    [Parameter]
    [Alias("TestCases")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ForEach { get; set; }

    protected override void EndProcessing()
    {
        var discovery = Discovery.For(this);
        foreach (var data in TestData.Each(ForEach))
        {
            discovery.AddTest(Name, data, Test!);
        }
    }
}
