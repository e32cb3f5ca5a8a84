using HaWeb.Core.Containers;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Simulation;

/// <summary>Runs one state machine in a simulated world: gives it events, and turns its effects into what they would do.</summary>
internal sealed class SimulatedProcess
{
    private readonly SimulatedWorld _world;
    private readonly SimulatedMachine _machine;
    private readonly IStateMachine _state;
    private readonly SortedDictionary<string, SimulatedFollowing> _followings = new(StringComparer.Ordinal);
    private Disturbance _disturbance = Disturbance.None;
    private DateTimeOffset? _wakeAt;

    public SimulatedProcess(SimulatedWorld world, SimulatedMachine machine, IStateMachine state)
    {
        _world = world;
        _machine = machine;
        _state = state;
    }

    /// <summary>Whether its agent has ended: nothing reaches it any more, and it does nothing.</summary>
    public bool Ended { get; private set; }

    /// <summary>Before this time it hears nothing of the store.</summary>
    public DateTimeOffset HearsFrom { get; set; }

    /// <summary>Its agent ends.</summary>
    public void End()
    {
        Ended = true;
        foreach (var following in _followings.Values)
        {
            _world.Unfollow(following);
        }

        _followings.Clear();
    }

    public void Deliver(Event happened)
    {
        if (Ended)
        {
            return;
        }

        _world.Observer?.Telling(_machine, _state, happened);
        foreach (var effect in _state.Step(happened, _world.Now))
        {
            _disturbance = _world.Observer?.Asked(_machine, _state, effect) ?? Disturbance.None;
            if (_disturbance.Crashes)
            {
                _machine.KillAgent();
                return;
            }

            Do(effect);
        }
    }

    public void StoreChanged()
    {
        foreach (var following in _followings.Values)
        {
            Pump(following);
        }
    }

    private void Do(Effect effect)
    {
        switch (effect)
        {
            case Effect.WakeAt { At: var at }:
                Wake(at);
                break;
            case Effect.Follow { Prefix: var prefix }:
                Unfollow(prefix);
                _followings[prefix] = new SimulatedFollowing(prefix, Pump);
                _world.Follow(_followings[prefix]);
                Pump(_followings[prefix]);
                break;
            case Effect.Unfollow { Prefix: var prefix }:
                Unfollow(prefix);
                break;
            case Effect.Commit commit:
                AskStore(commit.Id, store => new Event.Committed(commit.Id, _world.Change(_ => store.Commit(commit.Transaction))));
                break;
            case Effect.List list:
                AskStore(list.Id, store => new Event.Listed(list.Id, store.List(list.Prefix)));
                break;
            case Effect.GrantLease grant:
                AskStore(grant.Id, store => new Event.LeaseGranted(grant.Id, _world.Change(_ => store.GrantLease(grant.TimeToLive, _world.Now))));
                break;
            case Effect.KeepAlive keep:
                var sentAt = _world.Now;
                AskStore(keep.Id, store => new Event.LeaseKept(keep.Id, _world.Change(_ => store.KeepAlive(keep.Lease, _world.Now)), sentAt));
                break;
            case Effect.QueryLease query:
                AskStore(query.Id, store => new Event.LeaseRemains(query.Id, store.GetRemaining(query.Lease, _world.Now)));
                break;
            case Effect.Docker docker:
                AskDocker(docker);
                break;
            case Effect.Process process:
                AskProcesses(process);
                break;
            case Effect.ReadFile read:
                Answer(_disturbance, SimulatedTimes.Docker, () => new Event.FileRead(read.Id, _machine.Files.TryGetValue(read.Path, out var text) ? text : null, null));
                break;
            case Effect.ReadState read:
                Answer(_disturbance, SimulatedTimes.Docker, () => new Event.FileRead(read.Id, _machine.Kept(read.Place).TryGetValue(read.Name, out var text) ? text : null, null));
                break;
            case Effect.WriteState write:
                _machine.Keep(write.Place, write.Name, write.Text);
                Answer(_disturbance, SimulatedTimes.Disk, () => new Event.FileWritten(write.Id, null));
                break;
            case Effect.Probe probe:
                Probe(probe);
                break;
            case Effect.Nginx nginx:
                AskNginx(nginx);
                break;
            case Effect.Keepalived keepalived:
                AskKeepalived(keepalived);
                break;
            case Effect.Report report:
                _world.Note(report.Subject, report.Message);
                break;
        }
    }

    private void Unfollow(string prefix)
    {
        if (_followings.Remove(prefix, out var following))
        {
            _world.Unfollow(following);
        }
    }

    private void Wake(DateTimeOffset at)
    {
        if (_wakeAt == at)
        {
            return;
        }

        _wakeAt = at;
        _world.At(at > _world.Now ? at : _world.Now, () =>
        {
            if (_wakeAt == at)
            {
                _wakeAt = null;
                Deliver(new Event.Woke());
            }
        });
    }

    private void AskStore(long id, Func<StoreState, Event> ask)
    {
        var disturbance = _disturbance;
        if (!_machine.ReachesStore)
        {
            Fail();
            return;
        }

        _world.After(SimulatedTimes.Store + disturbance.RequestDelay, () =>
        {
            if (Ended)
            {
                return;
            }

            if (!_machine.ReachesStore)
            {
                Fail();
                return;
            }

            var answer = Refusable(id, ask);
            Answer(disturbance, SimulatedTimes.Store, () => _machine.ReachesStore ? answer : new Event.StoreFailed(id, StoreFailure.Unavailable, "the connection broke"));
        });

        void Fail() => _world.After(SimulatedTimes.StoreDeadline, () => Deliver(new Event.StoreFailed(id, StoreFailure.Unavailable, "the store does not answer")));
    }

    private Event Refusable(long id, Func<StoreState, Event> ask)
    {
        try
        {
            return ask(_world.Store);
        }
        catch (StoreRefusedException refused)
        {
            return new Event.StoreFailed(id, refused.Failure, refused.Message);
        }
    }

    private void AskDocker(Effect.Docker docker)
    {
        var disturbance = _disturbance;
        var delay = docker.Request is DockerRequest.Stop ? SimulatedTimes.Stop : SimulatedTimes.Docker;
        _world.After(delay + disturbance.RequestDelay, () =>
        {
            if (Ended)
            {
                return;
            }

            if (!_machine.DockerIsUp)
            {
                Deliver(new Event.DockerFailed(docker.Id, DockerFailure.Unavailable, "Docker does not answer"));
                return;
            }

            if (docker.Request is not (DockerRequest.Inspect or DockerRequest.Tail))
            {
                _world.Touch();
            }

            var (result, failure, message) = _machine.Docker.Do(docker.Request, _world.Now);
            Answer(disturbance, TimeSpan.Zero, () => result is null ? new Event.DockerFailed(docker.Id, failure, message) : new Event.DockerAnswered(docker.Id, result));
        });
    }

    private void AskProcesses(Effect.Process process)
    {
        var disturbance = _disturbance;
        var delay = process.Request is ProcessRequest.Stop ? SimulatedTimes.Stop : SimulatedTimes.Process;
        _world.After(delay + disturbance.RequestDelay, () =>
        {
            if (!Ended)
            {
                var result = _machine.Processes.Do(process.Request, _world.Now);
                if (process.Request is not ProcessRequest.Tail)
                {
                    _world.Touch();
                }

                if (result is not null)
                {
                    Answer(disturbance, TimeSpan.Zero, () => new Event.ProcessAnswered(process.Id, result));
                }
            }
        });
    }

    private void Probe(Effect.Probe probe)
    {
        var passed = Reaches(probe.Request);
        Answer(_disturbance, passed ? SimulatedTimes.Probe : probe.Request.Timeout, () => new Event.Probed(probe.Id, passed, passed ? null : "connection refused", SimulatedTimes.Probe));
    }

    private bool Reaches(ProbeRequest probe)
    {
        // Units are probed on their own machine, whatever address they are published on.
        var isElsewhere = probe.Kind is not ProbeKind.Container && probe.Host != _machine.Address;
        return isElsewhere && _world.Machines.Values.FirstOrDefault(machine => machine.Address == probe.Host) is { } other
            ? other.IsOn && other.Answers(probe)
            : (isElsewhere ? _world.Servers.Answers(probe) : null) ?? _machine.Answers(probe);
    }

    private void AskNginx(Effect.Nginx nginx)
    {
        var disturbance = _disturbance;
        _world.After(SimulatedTimes.Reload + disturbance.RequestDelay, () =>
        {
            if (Ended)
            {
                return;
            }

            var result = _machine.AskNginx(nginx.Request, out var wait);
            Answer(disturbance, wait, () => new Event.NginxAnswered(nginx.Id, result));
        });
    }

    private void AskKeepalived(Effect.Keepalived keepalived)
    {
        var disturbance = _disturbance;
        _world.After(SimulatedTimes.Docker + disturbance.RequestDelay, () =>
        {
            if (!Ended)
            {
                var result = _machine.AskKeepalived(keepalived.Request);
                Answer(disturbance, TimeSpan.Zero, () => new Event.KeepalivedAnswered(keepalived.Id, result));
            }
        });
    }

    private void Answer(Disturbance disturbance, TimeSpan after, Func<Event> answer)
    {
        if (disturbance.LosesAnswer)
        {
            return;
        }

        _world.After(after + disturbance.AnswerDelay, () => Deliver(answer()));
        if (disturbance.RepeatsAnswer)
        {
            _world.After(after + disturbance.AnswerDelay + SimulatedTimes.Repeat, () => Deliver(answer()));
        }
    }

    private void Pump(SimulatedFollowing following)
    {
        if (following.Scheduled)
        {
            return;
        }

        following.Scheduled = true;
        var soonest = _world.Now + SimulatedTimes.Store;
        _world.At(soonest > HearsFrom ? soonest : HearsFrom, () =>
        {
            following.Scheduled = false;
            if (!Ended && _followings.GetValueOrDefault(following.Prefix) == following)
            {
                Update(following);
            }
        });
    }

    private void Update(SimulatedFollowing following)
    {
        var store = _world.Store;
        if (!_machine.ReachesStore)
        {
            if (!following.Interrupted)
            {
                following.Interrupt(store.Revision);
                Deliver(new Event.Followed(following.Prefix, new StoreUpdate.Interrupted("the store does not answer")));
            }

            return;
        }

        var isOtherHistory = following.ClusterId is { } known && (store.ClusterId != known || store.Revision < following.Next - 1);
        if (isOtherHistory || following.ClusterId is null || (following.Interrupted && following.Next <= store.CompactedRevision))
        {
            var listing = store.List(following.Prefix);
            following.Listed(listing);
            Deliver(new Event.Followed(following.Prefix, new StoreUpdate.Listed(listing, isOtherHistory)));
            return;
        }

        if (following.Interrupted)
        {
            following.Resume();
            Deliver(new Event.Followed(following.Prefix, new StoreUpdate.Resumed()));
        }

        var events = following.Take(store.Revision);
        if (events.Count > 0)
        {
            Deliver(new Event.Followed(following.Prefix, new StoreUpdate.Changed(store.Revision, events)));
        }
    }
}
