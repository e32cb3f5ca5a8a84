using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Running;

namespace HaWeb.Tools.PesterStandIn;

/// <summary>BeforeDiscovery: code that prepares -ForEach, run at once and in the scope it stands in.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PesterDiscovery")]
[Alias("BeforeDiscovery")]
public sealed class BeforeDiscoveryCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock? ScriptBlock { get; set; }

    protected override void EndProcessing() => Discovery.For(this).DotSource(ScriptBlock!);
}
