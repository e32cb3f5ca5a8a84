using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Moves units to another machine.</summary>
[Cmdlet(VerbsCommon.Move, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnit), typeof(HaPlanStep))]
public sealed class MoveHaUnitCommand : UnitOperationCmdlet
{
    private string? _target;

    /// <summary>The id or name of the machine; any other than the present one by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string? To { get; set; }

    /// <summary>Takes the last healthy backends of a service meanwhile.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Moving units";

    private protected override WaitGoal Goal => WaitGoal.Moved;

    private protected override IOperation Operation(IReadOnlyList<string> units) => new MoveUnits(units, _target, Force);

    private protected override async Task<bool> PrepareAsync(CmdletStreams streams, ClusterState state)
    {
        if (To is null)
        {
            return true;
        }

        _target = MachineQuery.ResolveOne(state, To, out var refusal);
        await streams.WriteRefusalsAsync(refusal is null ? [] : [refusal]);
        return _target is not null;
    }

    /// <summary>The engine takes another machine when the one asked for has come to refuse the unit in the meantime.</summary>
    private protected override async Task CheckAsync(CmdletStreams streams, HaCluster cluster, ClusterState state, IReadOnlyList<string> units)
    {
        foreach (var view in units.SelectMany(cluster.ViewsOf(state).Of).Where(view => _target is not null && view is { IsCurrent: true, Machine: not null } && view.Machine != _target))
        {
            await streams.WriteErrorAsync(new CommandError(
                "UnitElsewhere",
                ErrorCategory.InvalidResult,
                $"{view.Name} was moved to {view.Machine}, since {_target} did not take it any more when it came.",
                view.Name,
                $"Get-HaPlacement {view.Name} shows why."));
        }
    }
}
