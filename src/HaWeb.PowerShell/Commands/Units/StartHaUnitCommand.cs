using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Starts units, and makes those that a template is there for.</summary>
[Cmdlet(VerbsLifecycle.Start, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnit), typeof(HaPlanStep))]
public sealed class StartHaUnitCommand : UnitOperationCmdlet
{
    /// <summary>Instances of the templates that are named.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InstanceCompleter))]
    public string[] Instance { get; set; } = [];

    private protected override string Activity => "Starting units";

    private protected override WaitGoal Goal => WaitGoal.Launched;

    private protected override UnitQuery Query(IReadOnlyList<string> names) => new(names) { Instances = Instance, Scope = UnitScope.Startable };

    private protected override IOperation Operation(IReadOnlyList<string> units) => new StartUnits(units);
}
