using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Removes units and templates from the cluster; running ones are stopped first.</summary>
[Cmdlet(VerbsCommon.Remove, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnit), typeof(HaPlanStep))]
public sealed class RemoveHaUnitCommand : UnitOperationCmdlet
{
    /// <summary>Wildcards match templates, and nothing else.</summary>
    [Parameter]
    public SwitchParameter Template { get; set; }

    /// <summary>Takes the last healthy backends of a service too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Removing units";

    private protected override WaitGoal Goal => WaitGoal.Removed;

    private protected override UnitQuery Query(IReadOnlyList<string> names) =>
        new(names) { Scope = Template ? UnitScope.Templates : UnitScope.Units };

    private protected override IOperation Operation(IReadOnlyList<string> units) => new RemoveUnits(units, Force);
}
