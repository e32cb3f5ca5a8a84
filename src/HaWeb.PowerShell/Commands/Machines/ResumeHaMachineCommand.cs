using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Lets machines have new units again, and ends their drains.</summary>
[Cmdlet(VerbsLifecycle.Resume, "HaMachine", SupportsShouldProcess = true)]
[OutputType(typeof(HaMachine), typeof(HaPlanStep))]
public sealed class ResumeHaMachineCommand : MachineOperationCmdlet
{
    private protected override IOperation Operation(IReadOnlyList<string> machines) => new UncordonMachines(machines);
}
