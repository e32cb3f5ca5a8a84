using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Model;
using HaWeb.Tools.PesterStandIn.Running;

namespace HaWeb.Tools.PesterStandIn;

/// <summary>BeforeAll, AfterAll, BeforeEach and AfterEach, told apart by the name they are called by.</summary>
[Cmdlet(VerbsCommon.Add, "PesterSetup")]
[Alias(nameof(TestSetup.BeforeAll), nameof(TestSetup.AfterAll), nameof(TestSetup.BeforeEach), nameof(TestSetup.AfterEach))]
public sealed class SetupCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock? ScriptBlock { get; set; }

    protected override void EndProcessing() =>
        Discovery.For(this).Current.Add(Enum.Parse<TestSetup>(MyInvocation.InvocationName, ignoreCase: true), ScriptBlock!);
}
