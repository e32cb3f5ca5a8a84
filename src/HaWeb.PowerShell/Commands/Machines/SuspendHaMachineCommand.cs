using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Keeps new units off machines, and moves those away that are on them if they are drained.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "HaMachine", SupportsShouldProcess = true)]
[OutputType(typeof(HaMachine), typeof(HaPlanStep))]
public sealed class SuspendHaMachineCommand : MachineOperationCmdlet
{
    /// <summary>Whether their units are moved away.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <summary>Drains although this takes the last healthy backend of a service, and units that no other machine takes.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Why, for others who look.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Returns as soon as the wish is stored.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to wait for the drain, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; } = 600;

    private protected override IOperation Operation(IReadOnlyList<string> machines) => new CordonMachines(machines, Drain, Force, Reason);

    private protected override async Task WaitAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> machines)
    {
        if (!Drain)
        {
            return;
        }

        var wait = new StateWait(
            streams,
            cluster,
            "Draining machines",
            state => new DrainCondition(state, cluster.Client.Now).Judge,
            (machine, failed) => new CommandError(
                "DrainIncomplete",
                ErrorCategory.InvalidResult,
                $"{machine}: {failed.Reason}",
                machine,
                "Give these units another place or stop them; the drain goes on by itself then. -Force stops them without a place, Resume-HaMachine ends the drain. Get-HaPlacement shows all answers."),
            "The drain goes on. Get-HaUnit shows what is left on the machine and why; -TimeoutSec allows more time, Resume-HaMachine ends the drain.");
        if (NoWait)
        {
            await wait.WarnWhenPointlessAsync(machines);
        }
        else
        {
            await wait.RunAsync(machines, TimeSpan.FromSeconds(TimeoutSec));
        }
    }
}
