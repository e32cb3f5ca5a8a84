using System.Management.Automation;
using HaWeb.PowerShell.Base;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>Runs any work on the base class.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Work", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
public sealed class TestWorkCommand : AsyncCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public Func<CmdletStreams, Task> Work { get; set; } = null!;

    protected override void EndProcessing() => Run(Work);
}
