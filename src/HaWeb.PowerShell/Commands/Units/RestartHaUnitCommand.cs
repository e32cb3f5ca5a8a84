using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Stops units and starts them again, where they are.</summary>
[Cmdlet(VerbsLifecycle.Restart, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnit), typeof(HaPlanStep))]
public sealed class RestartHaUnitCommand : UnitOperationCmdlet
{
    /// <summary>Takes the last healthy backends of a service meanwhile.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Restarting units";

    private protected override WaitGoal Goal => WaitGoal.Launched;

    private protected override IOperation Operation(IReadOnlyList<string> units) => new RestartUnits(units, Force);
}
