using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Stops units and starts them again, where they are, or has them read their configuration again.</summary>
[Cmdlet(VerbsLifecycle.Restart, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnit), typeof(HaPlanStep))]
public sealed class RestartHaUnitCommand : UnitOperationCmdlet
{
    /// <summary>Takes the last healthy backends of a service meanwhile.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Runs their ExecReload lines instead, and nothing stops.</summary>
    [Parameter]
    public SwitchParameter Reload { get; set; }

    private protected override string Activity => Reload ? "Reloading units" : "Restarting units";

    private protected override WaitGoal Goal => Reload ? WaitGoal.Reloaded : WaitGoal.Launched;

    private protected override IOperation Operation(IReadOnlyList<string> units) => Reload ? new ReloadUnits(units) : new RestartUnits(units, Force);
}
