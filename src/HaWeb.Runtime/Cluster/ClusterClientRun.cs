using HaWeb.Core.Operations;
using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>One operation being carried out: its steps in order, planned again when the cluster has moved on under them.</summary>
internal sealed class ClusterClientRun
{
    private const int PlanAttempts = 5;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(300);

    private readonly ClusterClient _client;
    private readonly TimeProvider _time;
    private readonly List<OperationChange> _done = [];
    private readonly List<OperationChange> _unsure = [];
    private long _revision;

    public ClusterClientRun(ClusterClient client, TimeProvider time, long revision)
    {
        _client = client;
        _time = time;
        _revision = revision;
    }

    public async Task<OperationOutcome> RunAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        for (var attempt = 1; !await CommitAllAsync(plan, cancellationToken).ConfigureAwait(false); attempt++)
        {
            if (attempt == PlanAttempts)
            {
                return Outcome(plan, Missing(plan).Select(TooBusy));
            }

            var state = await _client.ReadAsync(cancellationToken).ConfigureAwait(false);
            plan = plan.Again.Plan(state, _time.GetUtcNow());
            Settle(plan);
            _revision = Math.Max(_revision, state.Revision);
        }

        return Outcome(plan, []);
    }

    private static OperationRefusal TooBusy(OperationChange change) => new(
        "ChangedMeanwhile",
        RefusalKind.Conflict,
        change.Target,
        $"{change.Target} was changed by somebody else each of the {PlanAttempts} times that this was tried. Look at it, and try again if it is still needed.");

    private IEnumerable<OperationChange> Missing(OperationPlan plan) => plan.Changes.Except(_done);

    /// <summary>False as soon as a step's guards do not hold.</summary>
    private async Task<bool> CommitAllAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        foreach (var step in plan.Steps)
        {
            var commit = await CommitAsync(plan, step, cancellationToken).ConfigureAwait(false);
            if (!commit.Succeeded)
            {
                return false;
            }

            _unsure.Clear();
            _done.AddRange(step.Changes);
            _revision = Math.Max(_revision, commit.Revision);
        }

        return true;
    }

    private async Task<StoreCommit> CommitAsync(OperationPlan plan, OperationStep step, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.Store.CommitAsync(step.Transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Failure == StoreFailure.Unavailable)
        {
            // It may have happened. Its guards keep a second attempt from doing it twice: then they fail, and planning again shows what there is.
            _unsure.AddRange(step.Changes);
        }

        await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _client.Store.CommitAsync(step.Transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Failure == StoreFailure.Unavailable)
        {
            var total = _done.Count + Missing(plan).Count();
            throw new StoreException(
                e.Failure,
                $"{e.Message} {_done.Count} of {total} changes were made, and up to {step.Changes.Count} more may have been. Try again when the store answers: what is done is not done twice.",
                e);
        }
    }

    /// <summary>What may have happened, has happened when a new plan neither asks for it nor refuses it.</summary>
    private void Settle(OperationPlan plan)
    {
        var open = plan.Changes.Select(change => change.Target).Concat(plan.Refusals.Select(refusal => refusal.Target)).ToHashSet(StringComparer.Ordinal);
        _done.AddRange(_unsure.Where(change => !open.Contains(change.Target)));
        _unsure.Clear();
    }

    private OperationOutcome Outcome(OperationPlan plan, IEnumerable<OperationRefusal> more) =>
        new(_done, [.. plan.Refusals, .. more], plan.Warnings, _revision);
}
