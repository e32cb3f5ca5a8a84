using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Base;

/// <summary>Waits until things of a cluster have become what is wanted, and says what keeps those that do not.</summary>
/// <param name="Streams">Where to tell.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Activity">What is done, for progress.</param>
/// <param name="Judge">Judges one of them by its name, on a state.</param>
/// <param name="Failure">The error of one that will not get there by itself, and why.</param>
/// <param name="Advice">What to do about one that is not there in time.</param>
internal sealed record StateWait(
    CmdletStreams Streams,
    HaCluster Cluster,
    string Activity,
    Func<ClusterState, Func<string, WaitVerdict>> Judge,
    Func<string, WaitVerdict.Failed, CommandError> Failure,
    string Advice)
{
    /// <summary>Waits; an error is written for everything that fails, or is not there in time.</summary>
    /// <param name="targets">What is waited for.</param>
    /// <param name="timeout">How long.</param>
    public async Task RunAsync(IReadOnlyList<string> targets, TimeSpan timeout)
    {
        if (targets.Count == 0)
        {
            return;
        }

        var start = Cluster.Client.Now;
        var open = targets.ToDictionary(target => target, _ => "the store has not been read yet", StringComparer.Ordinal);
        await foreach (var (state, _) in Cluster.Client.WatchAsync(Streams.WriteInterruption, timeout, Streams.CancellationToken))
        {
            await JudgeAsync(state, targets, open);
            if (open.Count == 0 || await IsPointlessAsync(state, open))
            {
                return;
            }

            await ShowAsync(targets, open);
        }

        // A simulation that has settled stands still, however much longer somebody is ready to wait.
        var waited = Cluster.Client.Now - start;
        var (when, advice) = Cluster.Client.Simulation is null || waited >= timeout
            ? ($"after {timeout.TotalSeconds:0} s", Advice)
            : ($"and will not be: the simulation has settled after {waited.TotalSeconds:0} s", "Nothing more happens by itself. Get-HaUnit shows how it is, Invoke-HaFault makes something happen.");
        foreach (var (target, missing) in open)
        {
            await Streams.WriteErrorAsync(new CommandError("Timeout", ErrorCategory.OperationTimeout, $"{target} is not there {when}: it {missing}", target, advice));
        }
    }

    /// <summary>Warns when nothing runs that could do what was asked for.</summary>
    public async Task WarnWhenPointlessAsync(IReadOnlyList<string> targets)
    {
        var state = await Cluster.Client.ReadAsync(Streams.CancellationToken);
        var judge = Judge(state);
        if (WaitCondition.WhyPointless(state) is { } why && targets.Any(target => judge(target) is WaitVerdict.Going))
        {
            await Streams.WriteWarningAsync(why);
        }
    }

    private async Task JudgeAsync(ClusterState state, IReadOnlyList<string> targets, Dictionary<string, string> open)
    {
        var judge = Judge(state);
        foreach (var target in targets.Where(open.ContainsKey))
        {
            switch (judge(target))
            {
                case WaitVerdict.Going going:
                    open[target] = going.Progress;
                    break;
                case WaitVerdict.Failed failed:
                    open.Remove(target);
                    await Streams.WriteErrorAsync(Failure(target, failed));
                    break;
                default:
                    open.Remove(target);
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

    private async Task ShowAsync(IReadOnlyList<string> targets, Dictionary<string, string> open)
    {
        var (target, progress) = open.First();
        var done = targets.Count - open.Count;
        await Streams.WriteProgressAsync(Activity, $"{done} of {targets.Count} done; {target} {progress}", done * 100 / targets.Count);
    }
}
