using HaWeb.Core.Effects;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Runtime.Agent;

/// <summary>One following of a prefix of the store, from its Follow to its Unfollow.</summary>
internal sealed class PrefixFollow
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly string _prefix;
    private readonly AgentDrivers _drivers;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationToken _token;

    public PrefixFollow(string prefix, AgentDrivers drivers, CancellationToken cancellationToken)
    {
        _prefix = prefix;
        _drivers = drivers;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _token = _ending.Token;
    }

    /// <summary>Whether it ended, so that what it told before is not wanted any more.</summary>
    public bool IsOver => _token.IsCancellationRequested;

    /// <summary>Tells what happens until it is ended. A store that refuses is asked again now and then: rights can be mended.</summary>
    public async Task RunAsync(Action<StoreUpdate> tell)
    {
        while (!IsOver)
        {
            try
            {
                await foreach (var update in new StoreFollower(_drivers.Store).FollowAsync(_prefix, _token).ConfigureAwait(false))
                {
                    tell(update);
                }
            }
            catch (Exception e) when (!IsOver)
            {
                _drivers.Reports.Take(new Effect.Report(ReportSeverity.Error, _prefix, e is StoreException ? e.Message : e.ToString()));
                tell(new StoreUpdate.Interrupted(e.Message));
            }

            await Task.Delay(Pause, _token).ConfigureAwait(false);
        }
    }

    /// <summary>Ends it, once.</summary>
    public void End()
    {
        _ending.Cancel();
        _ending.Dispose();
    }
}
