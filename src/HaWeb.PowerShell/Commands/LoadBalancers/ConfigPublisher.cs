using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Nginx;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Brings one balancer from config to config, and tells the cluster which revision it serves.</summary>
/// <param name="nginx">The driver.</param>
/// <param name="container">The container, as the driver is told.</param>
/// <param name="path">The config file as nginx sees it.</param>
/// <param name="target">What people call it.</param>
internal sealed class ConfigPublisher(INginxDriver nginx, string container, string path, string target) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _drains = [];
    private BalancerSession? _session;
    private string? _served;
    private NginxVersion? _version;

    /// <summary>What people call it.</summary>
    public string Target => target;

    /// <summary>Publishes a config; one that is served already is not written again.</summary>
    /// <param name="config">The config.</param>
    /// <param name="cluster">The cluster whose planned stops shall wait for this balancer; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HaLoadBalancerPublication> PublishAsync(HaLoadBalancerConfig config, HaCluster? cluster, CancellationToken cancellationToken)
    {
        if (cluster is not null)
        {
            _session ??= await BalancerSession.StartAsync(cluster.Client, cancellationToken);
            await _session.ServeAsync(config.Services, cancellationToken);
        }

        var text = await TextAsync(config, cancellationToken);
        IReadOnlyList<int> ending = [];
        var lastGood = _served;
        if (_served is null
            && await nginx.ExecuteAsync(new NginxRequest.ReadConfig(container, path), cancellationToken) is NginxResult.Read { Text: { } present } read)
        {
            (lastGood, ending) = (present, read.OldWorkers);
            _served = read.IsServed ? present : null;
        }

        if (_served is not null && NginxText.IsSame(_served, text))
        {
            Confirm(config.Revision, ending);
            return Result(config, HaLoadBalancerPublication.Unchanged, null);
        }

        var testFirst = config.FromTemplate || _served is null || !NginxText.IsSameButServers(_served, text);
        switch (await nginx.ExecuteAsync(new NginxRequest.Apply(container, path, text, lastGood, testFirst), cancellationToken))
        {
            case NginxResult.Applied applied:
                _served = text;
                Confirm(config.Revision, applied.OldWorkers);
                return Result(config, HaLoadBalancerPublication.Applied, null);
            case NginxResult.Rejected rejected:
                return Result(config, HaLoadBalancerPublication.Rejected, rejected.Message);
            case NginxResult.Failed failed:
                _served = null;
                return Result(config, HaLoadBalancerPublication.Failed, failed.Message);
            case var other:
                throw new InvalidOperationException($"A balancer was asked to apply a config and answered {other}.");
        }
    }

    /// <summary>Tells the cluster that this balancer is gone; nginx serves on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_drains).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }

        _ending.Dispose();
    }

    /// <summary>The config's text in the syntax of the nginx that runs.</summary>
    private async Task<string> TextAsync(HaLoadBalancerConfig config, CancellationToken cancellationToken)
    {
        if (config.TextFor is not { } textFor)
        {
            return config.Text;
        }

        if (await nginx.ExecuteAsync(new NginxRequest.ReadVersion(container), cancellationToken) is NginxResult.Version version)
        {
            _version = version.Of;
        }

        return _version is null ? config.Text : textFor(_version);
    }

    private void Confirm(long revision, IReadOnlyList<int> oldWorkers)
    {
        if (_session is { } session)
        {
            _drains.RemoveAll(drain => drain.IsCompleted);
            _drains.Add(ConfirmAsync(session, revision, oldWorkers));
        }
    }

    private async Task ConfirmAsync(BalancerSession session, long revision, IReadOnlyList<int> oldWorkers)
    {
        await session.AppliedAsync(revision, _ending.Token);
        if (oldWorkers.Count == 0
            || await nginx.ExecuteAsync(new NginxRequest.AwaitDrained(container, oldWorkers), _ending.Token) is NginxResult.Drained)
        {
            await session.DrainedAsync(revision, _ending.Token);
        }
    }

    private HaLoadBalancerPublication Result(HaLoadBalancerConfig config, string result, string? message) => new()
    {
        Service = config.Service,
        Revision = config.Revision,
        Target = target,
        Result = result,
        Backends = config.Backends.Count,
        Message = message,
        Cluster = config.Cluster,
    };
}
