using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Removes machines that are not alive; what is placed on them is placed elsewhere.</summary>
[Cmdlet(VerbsCommon.Remove, "HaMachine", SupportsShouldProcess = true)]
[OutputType(typeof(HaMachine), typeof(HaPlanStep))]
public sealed class RemoveHaMachineCommand : MachineOperationCmdlet
{
    private protected override IOperation Operation(IReadOnlyList<string> machines) => new RemoveMachines(machines);
}
