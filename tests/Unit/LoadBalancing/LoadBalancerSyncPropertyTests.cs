using CsCheck;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>What must hold of every history of a balancer, checked after each of its steps.</summary>
public sealed class LoadBalancerSyncPropertyTests
{
    private enum Kind
    {
        Put, PutBad, Withdraw, Expire, Outage, AskFails, Reject, Fail, Silent, Recover, EndWorker, EndContainer, Restart, Time,
    }

    [Fact]
    public void Nothing_is_acknowledged_that_a_worker_does_not_serve_and_the_last_backends_are_never_lost() =>
        Gen.Select(Gen.Enum<Kind>(), Gen.Int[1, 4], Gen.Int[1, 3]).Array[1, 60].Sample(
            steps =>
            {
                var history = new History();
                foreach (var (kind, name, lease) in steps)
                {
                    history.Step(kind, "nginx@" + name, lease);
                    history.Check();
                }

                history.Recover();
                history.Check();
                history.CheckSettled();
            },
            iter: 500,
            print: steps => string.Join(", ", steps));

    private sealed class History
    {
        private readonly BalancerWorld _world = new BalancerWorld().Running();
        private readonly Dictionary<string, string> _endpoints = [];
        private readonly List<(string Endpoint, long Revision)> _withdrawn = [];
        private readonly HashSet<string> _toBeKept = [];
        private int _port = 1000;
        private (long Applied, long Drained) _acknowledged;

        public void Step(Kind kind, string name, int lease)
        {
            switch (kind)
            {
                case Kind.Put:
                    var before = _endpoints.GetValueOrDefault(name, "none");
                    _endpoints[name] = $"10.0.0.1:{++_port}";
                    _toBeKept.Clear();
                    _withdrawn.Add((before, _world.Put(name, _endpoints[name], lease)));
                    break;
                case Kind.PutBad:
                    Lose([name]);
                    _world.Put(name, "nonsense", lease);
                    break;
                case Kind.Withdraw when _world.Store.ContainsKey(_world.Keys.Backend("website", name)):
                    _toBeKept.Remove(name);
                    var revision = _world.Withdraw(name);
                    _withdrawn.Add((_endpoints.GetValueOrDefault(name, "none"), revision));
                    break;
                case Kind.Expire:
                    ForgetUndecided();
                    Lose(_world.NamesOf(lease));
                    _world.Expire(lease);
                    break;
                case Kind.Outage:
                    _world.InGap(() => Step(lease == 1 ? Kind.Expire : lease == 2 ? Kind.Withdraw : Kind.Put, name, lease));
                    break;
                case Kind.AskFails:
                    _world.StoreAnswers = false;
                    break;
                case Kind.Reject:
                    _world.OnApply = _ => new NginxResult.Rejected("bad");
                    break;
                case Kind.Fail:
                    _world.OnApply = apply =>
                    {
                        _world.Reload(apply.Text);
                        return new NginxResult.Failed("no answer in time");
                    };
                    break;
                case Kind.Silent:
                    _world.HoldsNginx = true;
                    break;
                case Kind.Recover:
                    Recover();
                    break;
                case Kind.EndWorker:
                    _world.EndOldWorker();
                    break;
                case Kind.EndContainer when _world.Container is not null:
                    _world.StopContainer();
                    break;
                case Kind.EndContainer:
                    _world.StartContainer(_world.Sync.TakeInitialConfig()!);
                    break;
                case Kind.Restart:
                    ForgetUndecided();
                    _acknowledged = default;
                    _world.RestartAgent();
                    break;
                case Kind.Time:
                    _world.Pass(TimeSpan.FromMilliseconds(lease * 60));
                    break;
            }
        }

        public void Recover()
        {
            _world.StoreAnswers = true;
            _world.OnApply = null;
            _world.Release();
            _world.Pass(TimeSpan.FromMinutes(3));
        }

        public void Check()
        {
            var record = _world.Record;
            Assert.True(record.Applied >= _acknowledged.Applied && record.Drained >= _acknowledged.Drained, "what was acknowledged was taken back");
            Assert.True(record.Drained <= record.Applied);
            _acknowledged = (record.Applied, record.Drained);
            foreach (var (endpoint, revision) in _withdrawn)
            {
                if (_world.Workers.Count > 0 && revision <= record.Applied)
                {
                    Assert.DoesNotContain(endpoint, _world.Servers);
                }

                Assert.All(_world.Workers.Where(_ => revision <= record.Drained), worker => Assert.DoesNotContain(endpoint, BalancerWorld.ServersOf(worker.Text)));
            }
        }

        public void CheckSettled()
        {
            if (_world.Container is null)
            {
                _world.StartContainer(_world.Sync.TakeInitialConfig()!);
            }

            var good = Good();
            if (good.Count > 0)
            {
                Assert.Equal(good.Select(name => _endpoints[name]).Order(), _world.Servers.Order());
            }

            Assert.Subset(_world.Servers.ToHashSet(), _toBeKept.Select(name => _endpoints[name]).ToHashSet());
            Assert.Equal(_world.Told, _world.Record.Applied);
            Assert.Null(_world.Record.Error);
        }

        private IReadOnlyList<string> Good() =>
            [.. _world.Store.Values.Where(entry => Backend.TryParse(entry.Value, out _) is not null).Select(entry => entry.Key.Split('/')[^1])];

        // What was withdrawn and could not be asked about cannot be told later from what is lost.
        private void ForgetUndecided()
        {
            if (!_world.StoreAnswers)
            {
                _withdrawn.Clear();
            }
        }

        // When all that are left are lost at once, they are served until another comes or they are withdrawn.
        private void Lose(IReadOnlyList<string> names)
        {
            if (Good() is { Count: > 0 } good && !good.Except(names).Any())
            {
                _toBeKept.UnionWith(good);
            }
        }
    }
}
