using System.Collections.Concurrent;
using System.Threading.Channels;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Keepalived;
using HaWeb.Runtime.Processes;

namespace HaWeb.Runtime.Agent;

/// <summary>
/// Runs one state machine: a single loop takes events one after the other, hands the effects to the drivers, which work side by side, and takes their answers
/// as events again. Nothing a driver does ends the loop; an exception of the machine itself does.
/// </summary>
public sealed class StateMachineHost
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(800);

    private readonly IStateMachine _machine;
    private readonly AgentDrivers _drivers;
    private readonly StateMachineHostOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, PrefixFollow> _follows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _work = new();
    private DateTimeOffset _now = DateTimeOffset.MinValue;

    /// <summary>Makes one; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="machine">The machine. Nothing else may call it.</param>
    /// <param name="drivers">What carries out its effects.</param>
    /// <param name="options">How it is run; null for the defaults.</param>
    public StateMachineHost(IStateMachine machine, AgentDrivers drivers, StateMachineHostOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(drivers);
        _machine = machine;
        _drivers = drivers;
        _options = options ?? new StateMachineHostOptions();
        _time = _options.Time ?? new MachineClock();
    }

    /// <summary>Adds an event from elsewhere; it is taken in after those that wait already.</summary>
    public void Post(Event happened) => _items.Writer.TryWrite(new Item(happened, null));

    /// <summary>Runs the machine until cancelled. What it keeps in the store and in Docker stays as it is. To be called once.</summary>
    /// <param name="cancellationToken">Ends it, within a second.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var alarm = new Alarm(_time, () => Post(new Event.Woke()));
        using var commits = new CommitOrder();
        var run = new Run(alarm, commits, ending.Token);
        try
        {
            if (_options.FollowsContainers && _drivers.Docker is { } docker)
            {
                Start(() => FollowContainersAsync(docker, ending.Token));
            }

            if (_options.FollowsProcesses)
            {
                Start(() => FollowProcessesAsync(ending.Token));
            }

            if (_options.FollowsAddresses && _drivers.Keepalived is { } keepalived)
            {
                Start(() => FollowAddressesAsync(keepalived, ending.Token));
            }

            Take(new Event.Started(), run);
            await foreach (var item in _items.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (item.Source is { IsOver: true } || (item.Happened is Event.Woke && !alarm.TryTake(Now())))
                {
                    continue;
                }

                Take(item.Happened, run);
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_work.Keys).WaitAsync(StopPatience, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private DateTimeOffset Now()
    {
        var now = _time.GetUtcNow();
        return _now = now > _now ? now : _now;
    }

    private void Take(Event happened, Run run)
    {
        foreach (var effect in _machine.Step(happened, Now()))
        {
            Carry(effect, run);
        }
    }

    private void Carry(Effect effect, Run run)
    {
        var token = run.Ending;
        switch (effect)
        {
            // Sent from here and now: what a session lives by waits for nothing.
            case Effect.KeepAlive keep:
                Track(KeepAliveAsync(keep, token));
                break;
            case Effect.WakeAt wake:
                run.Alarm.Set(wake.At, Now());
                break;
            case Effect.Report report:
                Tell(report);
                break;
            case Effect.Follow follow:
                StartFollow(follow.Prefix, token);
                break;
            case Effect.Unfollow unfollow:
                EndFollow(unfollow.Prefix);
                break;
            case Effect.Commit commit:
                Track(run.Commits.RunAsync(commit.Transaction, () => Task.Run(() => AskStoreAsync(commit.Id, () => CallStoreAsync(commit, token), token)), token));
                break;
            case Effect.List { Id: var id }:
                Start(() => AskStoreAsync(id, () => CallStoreAsync(effect, token), token));
                break;
            case Effect.GrantLease { Id: var id }:
                Start(() => AskStoreAsync(id, () => CallStoreAsync(effect, token), token));
                break;
            case Effect.QueryLease { Id: var id }:
                Start(() => AskStoreAsync(id, () => CallStoreAsync(effect, token), token));
                break;
            case Effect.Docker docker:
                Start(() => AskDockerAsync(docker, token));
                break;
            case Effect.Process process:
                Start(() => AskProcessesAsync(process, token));
                break;
            case Effect.ReadFile read:
                Start(() => ReadFileAsync(read, token));
                break;
            case Effect.ReadState read:
                Track(ReadStateAsync(read, token));
                break;
            case Effect.WriteState write:
                Track(WriteStateAsync(write, token));
                break;
            case Effect.Probe probe:
                Start(() => ProbeAsync(probe, token));
                break;
            case Effect.Nginx nginx:
                Start(() => AskNginxAsync(nginx, token));
                break;
            case Effect.Keepalived keepalived:
                Start(() => AskKeepalivedAsync(keepalived, token));
                break;
            default:
                Tell(new Effect.Report(ReportSeverity.Error, effect.GetType().Name, "This agent does not know this effect."));
                break;
        }
    }

    private async Task KeepAliveAsync(Effect.KeepAlive keep, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(_options.KeepAliveDeadline);
        var sentAt = _time.GetUtcNow();
        await AskStoreAsync(
            keep.Id,
            async () =>
            {
                try
                {
                    var alive = await _drivers.Store.KeepAliveAsync(keep.Lease, bound.Token).WaitAsync(bound.Token).ConfigureAwait(false);
                    return new Event.LeaseKept(keep.Id, alive, sentAt);
                }
                catch (OperationCanceledException) when (bound.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    throw new StoreException(
                        StoreFailure.Unavailable, $"{_drivers.Store.Name} did not answer a keep-alive within {_options.KeepAliveDeadline.TotalSeconds:0.#} s.");
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<Event> CallStoreAsync(Effect effect, CancellationToken cancellationToken)
    {
        var store = _drivers.Store;
        return effect switch
        {
            Effect.Commit commit => new Event.Committed(commit.Id, await store.CommitAsync(commit.Transaction, cancellationToken).ConfigureAwait(false)),
            Effect.List list => new Event.Listed(list.Id, await store.ListAsync(list.Prefix, 0, cancellationToken).ConfigureAwait(false)),
            Effect.GrantLease grant => new Event.LeaseGranted(grant.Id, await store.GrantLeaseAsync(grant.TimeToLive, cancellationToken).ConfigureAwait(false)),
            Effect.QueryLease query => new Event.LeaseRemains(query.Id, await store.GetRemainingAsync(query.Lease, cancellationToken).ConfigureAwait(false)),
            _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "This effect is not the store's."),
        };
    }

    private async Task AskStoreAsync(long id, Func<Task<Event>> ask, CancellationToken cancellationToken)
    {
        try
        {
            Post(await ask().ConfigureAwait(false));
        }
        catch (StoreException e)
        {
            Post(new Event.StoreFailed(id, e.Failure, e.Message));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TellBroken("store", e);
            Post(new Event.StoreFailed(id, StoreFailure.Refused, e.Message));
        }
    }

    private async Task AskDockerAsync(Effect.Docker asked, CancellationToken cancellationToken)
    {
        try
        {
            var docker = _drivers.Docker ?? throw new DockerException(DockerFailure.Unavailable, "This agent has no Docker Engine.");
            Post(new Event.DockerAnswered(asked.Id, await docker.ExecuteAsync(asked.Request, cancellationToken).ConfigureAwait(false)));
        }
        catch (DockerException e)
        {
            Post(new Event.DockerFailed(asked.Id, e.Failure, e.Message));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TellBroken("docker", e);
            Post(new Event.DockerFailed(asked.Id, DockerFailure.Refused, e.Message));
        }
    }

    private async Task AskProcessesAsync(Effect.Process asked, CancellationToken cancellationToken)
    {
        try
        {
            var processes = _drivers.Processes ?? throw new ProcessException("this agent runs no processes");
            Post(new Event.ProcessAnswered(asked.Id, await processes.ExecuteAsync(asked.Request, cancellationToken).ConfigureAwait(false)));
        }
        catch (ProcessException e)
        {
            Post(new Event.ProcessFailed(asked.Id, e.Message));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TellBroken("processes", e);
            Post(new Event.ProcessFailed(asked.Id, e.Message));
        }
    }

    private async Task ReadFileAsync(Effect.ReadFile asked, CancellationToken cancellationToken)
    {
        try
        {
            Post(new Event.FileRead(asked.Id, await File.ReadAllTextAsync(asked.Path, cancellationToken).ConfigureAwait(false), null));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Post(new Event.FileRead(asked.Id, null, null));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Post(new Event.FileRead(asked.Id, null, e.Message));
        }
    }

    private async Task ReadStateAsync(Effect.ReadState asked, CancellationToken cancellationToken)
    {
        var (text, problem) = StateOf(asked.Place) is { } state ? await state.ReadAsync(asked.Name, cancellationToken).ConfigureAwait(false) : (null, null);
        Post(new Event.FileRead(asked.Id, text, problem));
    }

    private async Task WriteStateAsync(Effect.WriteState asked, CancellationToken cancellationToken)
    {
        var problem = StateOf(asked.Place) is { } state ? await state.WriteAsync(asked.Name, asked.Text, cancellationToken).ConfigureAwait(false) : "this agent keeps nothing";
        Post(new Event.FileWritten(asked.Id, problem));
    }

    private StateFolder? StateOf(StatePlace place) => place is StatePlace.Lasting ? _drivers.State : _drivers.Journals;

    private async Task ProbeAsync(Effect.Probe asked, CancellationToken cancellationToken)
    {
        try
        {
            Post(_drivers.Prober is { } prober
                ? await prober.ProbeAsync(asked.Id, asked.Request, cancellationToken).ConfigureAwait(false)
                : new Event.Probed(asked.Id, false, "this agent makes no probes", TimeSpan.Zero));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TellBroken("prober", e);
            Post(new Event.Probed(asked.Id, false, e.Message, TimeSpan.Zero));
        }
    }

    private async Task AskNginxAsync(Effect.Nginx asked, CancellationToken cancellationToken)
    {
        try
        {
            Post(new Event.NginxAnswered(
                asked.Id,
                _drivers.Nginx is { } nginx
                    ? await nginx.ExecuteAsync(asked.Request, cancellationToken).ConfigureAwait(false)
                    : new NginxResult.Failed("This agent works with no nginx.")));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TellBroken("nginx", e);
            Post(new Event.NginxAnswered(asked.Id, new NginxResult.Failed(e.Message)));
        }
    }

    private async Task AskKeepalivedAsync(Effect.Keepalived asked, CancellationToken cancellationToken)
    {
        try
        {
            Post(new Event.KeepalivedAnswered(
                asked.Id,
                _drivers.Keepalived is { } keepalived
                    ? await keepalived.ExecuteAsync(asked.Request, cancellationToken).ConfigureAwait(false)
                    : new KeepalivedResult.Failed("This agent works with no keepalived.")));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TellBroken("keepalived", e);
            Post(new Event.KeepalivedAnswered(asked.Id, new KeepalivedResult.Failed(e.Message)));
        }
    }

    private void StartFollow(string prefix, CancellationToken cancellationToken)
    {
        EndFollow(prefix);
        var follow = new PrefixFollow(prefix, _drivers, cancellationToken);
        _follows[prefix] = follow;
        Start(() => follow.RunAsync(update => _items.Writer.TryWrite(new Item(new Event.Followed(prefix, update), follow))));
    }

    private void EndFollow(string prefix)
    {
        if (_follows.Remove(prefix, out var follow))
        {
            follow.End();
        }
    }

    private async Task FollowContainersAsync(IDockerEngine docker, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await foreach (var happened in docker.FollowAsync(cancellationToken).ConfigureAwait(false))
                {
                    Post(happened);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                TellBroken("docker", e);
                Post(new Event.DockerLost(e.Message));
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FollowProcessesAsync(CancellationToken cancellationToken)
    {
        if (_drivers.Processes is not { } processes)
        {
            Post(new Event.ProcessesListed([]));
            return;
        }

        while (true)
        {
            try
            {
                await foreach (var happened in processes.FollowAsync(cancellationToken).ConfigureAwait(false))
                {
                    Post(happened);
                }
            }
            catch (ProcessException e)
            {
                Tell(new Effect.Report(ReportSeverity.Error, "processes", e.Message));
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                TellBroken("processes", e);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FollowAddressesAsync(IKeepalivedDriver keepalived, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in keepalived.FollowAsync(cancellationToken).ConfigureAwait(false))
            {
                Post(happened);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TellBroken("keepalived", e);
        }
    }

    private void Start(Func<Task> work) => Track(Task.Run(work));

    private void Track(Task work)
    {
        if (_work.TryAdd(work, true))
        {
            _ = work.ContinueWith(done => _work.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void TellBroken(string driver, Exception e) =>
        Tell(new Effect.Report(ReportSeverity.Error, driver, $"An unexpected failure; please report it: {e}"));

    private void Tell(Effect.Report report) => _drivers.Reports.Take(report);

    /// <summary>An event, and the follow that it comes from.</summary>
    private readonly record struct Item(Event Happened, PrefixFollow? Source);

    /// <summary>What lives as long as one run.</summary>
    private readonly record struct Run(Alarm Alarm, CommitOrder Commits, CancellationToken Ending);
}
