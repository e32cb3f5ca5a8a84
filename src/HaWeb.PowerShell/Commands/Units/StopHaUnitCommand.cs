using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Stops units. They keep their places, unless they are unloaded.</summary>
[Cmdlet(VerbsLifecycle.Stop, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnit), typeof(HaPlanStep))]
public sealed class StopHaUnitCommand : UnitOperationCmdlet
{
    /// <summary>Whether they give up their places too.</summary>
    [Parameter]
    public SwitchParameter Unload { get; set; }

    /// <summary>Takes the last healthy backends of a service too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Stopping units";

    private protected override WaitGoal Goal => Unload ? WaitGoal.Inactive : WaitGoal.Stopped;

    private protected override IOperation Operation(IReadOnlyList<string> units) => new StopUnits(units, Unload, Force);
}
