using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Follows a rolling update to its end, or until it is paused: shows how far it is, and puts it out whenever that has changed. It changes nothing.</summary>
/// <param name="Streams">Where to tell.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Name">The template or plain unit.</param>
internal sealed record UpdateFollow(CmdletStreams Streams, HaCluster Cluster, string Name)
{
    /// <summary>Whether it was asked to pause, so that this needs no warning.</summary>
    public bool MayPause { get; init; }

    /// <summary>Whether it was asked to go back, so that this is no error.</summary>
    public bool MayRollBack { get; init; }

    /// <summary>The revision at which an update stood that is not meant if it was over; 0 for none.</summary>
    public long Before { get; init; }

    /// <summary>Follows.</summary>
    /// <param name="limit">How long; null to put it out as it is, and not to wait.</param>
    public async Task RunAsync(TimeSpan? limit)
    {
        if (limit is not { } timeout)
        {
            var now = await Cluster.Client.ReadAsync(Streams.CancellationToken);
            if (IsMeant(now) && UpdateView.Find(now, Name, Cluster.Client.Now) is { } found)
            {
                await Streams.WriteAsync(HaUpdate.Of(found, Cluster));
            }

            return;
        }

        UpdateView? last = null;
        await foreach (var (state, _) in Cluster.Client.WatchAsync(Streams.WriteInterruption, timeout, Streams.CancellationToken))
        {
            if (last is null && !IsMeant(state))
            {
                return;
            }

            if (UpdateView.Find(state, Name, Cluster.Client.Now) is not { } view)
            {
                await Streams.WriteErrorAsync(new CommandError("UpdateGone", ErrorCategory.ObjectNotFound, $"The update of {Name} is gone: the unit was removed meanwhile.", Name, "Look with Get-HaUnitFile."));
                return;
            }

            if (!LooksAs(view, last))
            {
                await Streams.WriteAsync(HaUpdate.Of(view, Cluster));
            }

            last = view;
            if (await HasEndedAsync(view) || await IsPointlessAsync(state))
            {
                return;
            }

            await Streams.WriteProgressAsync($"Updating {Name}", $"{view.Done} of {view.Total} done; {view.Reason}", view.Total == 0 ? -1 : view.Done * 100 / view.Total);
        }

        await Streams.WriteErrorAsync(new CommandError(
            "Timeout",
            ErrorCategory.OperationTimeout,
            $"The update of {Name} is not over after {timeout.TotalSeconds:0} s: {last?.Done} of {last?.Total} done. {last?.Reason}",
            Name,
            $"It goes on. 'Update-HaUnit {Name}' follows it further; -TimeoutSec allows more time, -Rollback ends it."));
    }

    private bool IsMeant(ClusterState state) => state.Updates[Name] is { } update && (update.ModRevision != Before || update.Value.IsUnderWay);

    private static bool LooksAs(UpdateView view, UpdateView? last) =>
        last is not null && view.State == last.State && view.Paused == last.Paused && view.Done == last.Done && view.Total == last.Total
        && view.UnderWay.SequenceEqual(last.UnderWay, StringComparer.Ordinal);

    private async Task<bool> HasEndedAsync(UpdateView view)
    {
        if (view.State == UpdateState.RolledBack && !MayRollBack)
        {
            await Streams.WriteErrorAsync(new CommandError(
                "UpdateRolledBack",
                ErrorCategory.InvalidResult,
                $"The update of {Name} was rolled back: {view.Reason}",
                Name,
                "All instances have their former files again. Get-HaUnitLog shows what they printed; correct the file and update again."));
        }
        else if (view is { Paused: true, UnderWay.Count: 0 } && !MayPause)
        {
            await Streams.WriteWarningAsync($"The update of {Name} is paused: {view.Reason}. 'Update-HaUnit {Name} -Resume' lets it go on, -Rollback takes it back.");
        }

        return view.Ended is not null || view is { Paused: true, UnderWay.Count: 0 };
    }

    private async Task<bool> IsPointlessAsync(ClusterState state)
    {
        if (WaitCondition.WhyPointless(state) is not { } why)
        {
            return false;
        }

        await Streams.WriteErrorAsync(new CommandError(
            "NoEngine", ErrorCategory.ResourceUnavailable, $"{why} The update of {Name} is stored and goes on then.", Name, "Run Start-HaAgent on at least one machine. -NoWait does not wait for the result."));
        return true;
    }
}
