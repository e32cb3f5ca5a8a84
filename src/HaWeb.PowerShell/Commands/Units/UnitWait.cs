using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Waits until units have become what is wanted, and says what keeps those that do not.</summary>
/// <param name="Streams">Where to tell.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Activity">What is done, for progress.</param>
/// <param name="Judge">Judges the views of one unit.</param>
internal sealed record UnitWait(CmdletStreams Streams, HaCluster Cluster, string Activity, Func<IReadOnlyList<UnitView>, WaitVerdict> Judge)
{
    /// <summary>Waits; an error is written for every unit that fails, or is not there in time.</summary>
    /// <param name="units">Full names of units.</param>
    /// <param name="timeout">How long.</param>
    public async Task RunAsync(IReadOnlyList<string> units, TimeSpan timeout)
    {
        if (units.Count == 0)
        {
            return;
        }

        var open = units.ToDictionary(unit => unit, _ => "the store has not been read yet", StringComparer.Ordinal);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Streams.CancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            await foreach (var (state, _) in Cluster.Client.WatchAsync(Streams.WriteInterruption, deadline.Token))
            {
                await JudgeAsync(state, units, open);
                if (open.Count == 0 || await IsPointlessAsync(state, open))
                {
                    return;
                }

                await ShowAsync(units, open);
            }
        }
        catch (OperationCanceledException) when (!Streams.CancellationToken.IsCancellationRequested)
        {
            foreach (var (unit, missing) in open)
            {
                await Streams.WriteErrorAsync(new CommandError(
                    "Timeout",
                    ErrorCategory.OperationTimeout,
                    $"{unit} is not there after {timeout.TotalSeconds:0} s: it {missing}",
                    unit,
                    "What was asked for stays asked for and goes on. Get-HaUnit shows how it is, Wait-HaUnit waits on; -TimeoutSec allows more time."));
            }
        }
    }

    /// <summary>Warns when nothing runs that could do what was asked for.</summary>
    public async Task WarnWhenPointlessAsync(IReadOnlyList<string> units)
    {
        var state = await Cluster.Client.ReadAsync(Streams.CancellationToken);
        var views = Cluster.ViewsOf(state);
        if (WaitCondition.WhyPointless(state) is { } why && units.Any(unit => Judge(views.Of(unit)) is WaitVerdict.Going))
        {
            await Streams.WriteWarningAsync(why);
        }
    }

    private async Task JudgeAsync(ClusterState state, IReadOnlyList<string> units, Dictionary<string, string> open)
    {
        var views = Cluster.ViewsOf(state);
        foreach (var unit in units.Where(open.ContainsKey))
        {
            switch (Judge(views.Of(unit)))
            {
                case WaitVerdict.Going going:
                    open[unit] = going.Progress;
                    break;
                case WaitVerdict.Failed failed:
                    open.Remove(unit);
                    await Streams.WriteErrorAsync(new CommandError(
                        "UnitFailed", ErrorCategory.InvalidResult, $"{unit}: {failed.Reason}", unit, $"Look with 'Get-HaUnit {unit}' and 'Get-HaUnitLog {unit}'."));
                    break;
                default:
                    open.Remove(unit);
                    break;
            }
        }
    }

    private async Task<bool> IsPointlessAsync(ClusterState state, Dictionary<string, string> open)
    {
        if (WaitCondition.WhyPointless(state) is not { } why)
        {
            return false;
        }

        await Streams.WriteErrorAsync(new CommandError(
            "NoEngine",
            ErrorCategory.ResourceUnavailable,
            $"{why} What was asked for is stored and is done then: {string.Join(", ", open.Keys)}.",
            open.Keys.First(),
            "Run Start-HaAgent on at least one machine. -NoWait does not wait for the result."));
        return true;
    }

    private async Task ShowAsync(IReadOnlyList<string> units, Dictionary<string, string> open)
    {
        var (unit, progress) = open.First();
        var done = units.Count - open.Count;
        await Streams.WriteProgressAsync(Activity, $"{done} of {units.Count} done; {unit} {progress}", done * 100 / units.Count);
    }
}
