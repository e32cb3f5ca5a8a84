using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Waits until units are what somebody has asked for.</summary>
[Cmdlet(VerbsLifecycle.Wait, "HaUnit")]
[OutputType(typeof(HaUnit))]
public sealed class WaitHaUnitCommand : NamedUnitsCmdlet
{
    /// <summary>What they shall be.</summary>
    [Parameter]
    public UnitCondition For { get; set; } = UnitCondition.Launched;

    /// <summary>How long to wait, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; } = 300;

    /// <summary>Puts out the units as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (cluster, names) in Selection.Clusters)
        {
            Run(streams => WaitAsync(streams, cluster, names));
        }
    }

    private async Task WaitAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> names)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var scope = For == UnitCondition.Removed ? UnitScope.Startable : UnitScope.Units;
        var units = await streams.ResolveAsync(new UnitQuery(names) { Scope = scope }, state);
        var elapsed = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        await new UnitWait(streams, cluster, "Waiting for units", views => Judge(views, elapsed)).RunAsync(units, TimeSpan.FromSeconds(TimeoutSec));
        if (PassThru)
        {
            await streams.WriteUnitsAsync(cluster, await cluster.Client.ReadAsync(streams.CancellationToken), units);
        }
    }

    private WaitVerdict Judge(IReadOnlyList<UnitView> views, Dictionary<string, DateTimeOffset?> elapsed)
    {
        var goal = For switch
        {
            UnitCondition.Loaded => WaitGoal.Loaded,
            UnitCondition.Finished => WaitGoal.Finished,
            UnitCondition.Inactive => WaitGoal.Inactive,
            UnitCondition.Removed => WaitGoal.Removed,
            _ => WaitGoal.Launched,
        };
        var verdict = WaitCondition.Judge(views, goal, asked: false);
        if (verdict is WaitVerdict.Done && For == UnitCondition.Elapsed)
        {
            return JudgeElapsed(views[0], elapsed);
        }

        return verdict is WaitVerdict.Done && For == UnitCondition.Healthy && WaitCondition.Known(views).Any(view => view.Healthy != true)
            ? new WaitVerdict.Going("runs, and no health check of it has passed")
            : verdict;
    }

    /// <summary>Judges an active unit by when it had elapsed last as this was asked first.</summary>
    private static WaitVerdict JudgeElapsed(UnitView view, Dictionary<string, DateTimeOffset?> elapsed)
    {
        if (!UnitName.TryParse(view.Name, out var name, out _) || !name.IsTimer)
        {
            return new WaitVerdict.Failed("It is no timer, and only timers elapse. -For Finished waits for a service.");
        }

        elapsed.TryAdd(view.Name, view.Last);
        return view.Last != elapsed[view.Name] ? new WaitVerdict.Done()
            : new WaitVerdict.Going(view.Next is { } next ? $"elapses at {next:u}" : "is not to elapse as things stand");
    }
}
