using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Supervision;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>A store and an nginx around one <see cref="LoadBalancerSync"/>, small enough to be seen through.</summary>
internal sealed class BalancerWorld
{
    private readonly SortedDictionary<string, StoreEntry> _store = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, long> _leases = [];
    private readonly List<(long Id, IReadOnlyList<int> Workers)> _waits = [];
    private readonly LoadBalancerOptions _options;
    private readonly ITemplateEngine? _templates;
    private Outbox _outbox = new();
    private Publication _registration = new("");
    private int _lastWorker;
    private long _lastLease = 100;
    private int _confirmedWrites;
    private int _writes;

    public BalancerWorld(LoadBalancerOptions? options = null, ITemplateEngine? templates = null)
    {
        _templates = templates;
        _options = options ?? new LoadBalancerOptions { Services = ["website"] };
        Sync = NewAgent();
    }

    public LoadBalancerSync Sync { get; private set; }

    public ClusterKeys Keys { get; } = new();

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public long Revision { get; private set; } = 10;

    public IReadOnlyDictionary<string, StoreEntry> Store => _store;

    public string Cluster { get; set; } = "cluster";

    /// <summary>The last revision that the balancer was told of.</summary>
    public long Told { get; private set; }

    /// <summary>What the store does when asked about a lease.</summary>
    public bool StoreAnswers { get; set; } = true;

    /// <summary>What nginx does with the next config: it takes it when this is null or gives null.</summary>
    public Func<NginxRequest.Apply, NginxResult?>? OnApply { get; set; }

    /// <summary>Whether nginx's answers wait for <see cref="Release"/>.</summary>
    public bool HoldsNginx { get; set; }

    public List<Effect.Nginx> Held { get; } = [];

    /// <summary>Endpoints that accept no connection.</summary>
    public HashSet<string> Deaf { get; } = [];

    /// <summary>The endpoints that were probed.</summary>
    public HashSet<string> Probed { get; } = [];

    /// <summary>What is on the machine's disk.</summary>
    public string? OnDisk { get; set; }

    /// <summary>What the disk does with the next write: it takes it when this is null.</summary>
    public string? DiskProblem { get; set; }

    /// <summary>Whether the disk does nothing at all.</summary>
    public bool DiskHangs { get; set; }

    /// <summary>The files of the machine.</summary>
    public Dictionary<string, string> Files { get; } = [];

    /// <summary>What nginx says of its version.</summary>
    public NginxVersion? Version { get; set; } = NginxVersion.Oldest;

    public int VersionQuestions { get; private set; }

    public List<(DateTimeOffset At, NginxRequest.Apply Request)> Applies { get; } = [];

    public List<Effect.Report> Reports { get; } = [];

    public int LeaseQuestions { get; private set; }

    public string? Container { get; private set; }

    public string? File { get; private set; }

    /// <summary>The config of every worker, oldest first; the last one takes new connections.</summary>
    public List<(int Id, string Text)> Workers { get; } = [];

    public string Served => Workers[^1].Text;

    public IReadOnlyList<string> Servers => ServersOf(Served);

    public BalancerRecord Record => RecordCodec.TryRead<BalancerRecord>(Text, out _)!;

    /// <summary>What the balancer's key shall say.</summary>
    public string Text => _registration.Desired!;

    public static IReadOnlyList<string> ServersOf(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("    server ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[1])];

    /// <summary>Registers, lists, and starts nginx: a balancer as it usually is.</summary>
    public BalancerWorld Running()
    {
        Register();
        StartContainer(Sync.TakeInitialConfig()!);
        return this;
    }

    public void Register()
    {
        Sync.Start(Now);
        Pump();
        _registration.Send(1, lease: 1);
        _registration.Confirm(++Revision);
        Sync.Registered();
        Pump();
    }

    public void StartContainer(string text)
    {
        Container = "c" + Revision;
        File = text;
        _confirmedWrites = ++_writes;
        Workers.Clear();
        Workers.Add((++_lastWorker, text));
        Sync.Attach(Container, text, Now);
        Pump();
    }

    public void StopContainer()
    {
        Container = null;
        Workers.Clear();
        Sync.Down(Now);
        foreach (var (id, _) in _waits.ToList())
        {
            Sync.Answer(new Event.NginxAnswered(id, new NginxResult.Drained()), Now);
        }

        _waits.Clear();
        Held.Clear();
        Pump();
    }

    /// <summary>The agent's process is killed and started again; nginx goes on.</summary>
    public void RestartAgent()
    {
        Sync = NewAgent();
        _waits.Clear();
        Held.Clear();
        if (Container is null)
        {
            Sync.Down(Now);
        }
        else
        {
            Sync.Attach(Container, null, Now);
        }

        Register();
    }

    public long Put(string name, string value, long lease = 1) => Put("website", name, value, lease);

    public long Put(string service, string name, string value, long lease)
    {
        var key = Keys.Backend(service, name);
        var entry = new StoreEntry(key, value, Revision + 1, Revision + 1, 1, lease == 0 ? 0 : Lease(lease));
        Tell(Change(key, entry));
        return Revision;
    }

    /// <summary>Deletes keys in one transaction.</summary>
    public long Withdraw(params string[] names)
    {
        Tell([.. names.SelectMany(name => Change(Keys.Backend("website", name), null, sameRevision: true))]);
        return Revision;
    }

    /// <summary>A machine's lease ends, and all its keys with it. Its next key comes with another lease.</summary>
    public long Expire(long machine)
    {
        Tell(EndLease(machine));
        return Revision;
    }

    /// <summary>The names of the backends that go with a machine's lease.</summary>
    public IReadOnlyList<string> NamesOf(long machine) => [.. _store.Values.Where(entry => entry.Lease == Lease(machine)).Select(entry => entry.Key.Split('/')[^1])];

    /// <summary>Changes that the follower learns of only from the next listing.</summary>
    public void InGap(Action change)
    {
        Sync.Followed(Sync.Prefix, new StoreUpdate.Interrupted("the store is away"), Now);
        IsInGap = true;
        change();
        IsInGap = false;
        Relist();
    }

    public bool IsInGap { get; private set; }

    public void Relist(ulong clusterId = 1) => Follow(new StoreUpdate.Listed(new StoreListing(clusterId, Revision, [.. _store.Values.Where(entry => entry.Key.StartsWith(Sync.Prefix, StringComparison.Ordinal))])));

    public void Restore(long revision)
    {
        Revision = revision;
        Relist(clusterId: 2);
    }

    public void Follow(StoreUpdate update)
    {
        Told = update is StoreUpdate.Listed or StoreUpdate.Changed ? Revision : Told;
        Sync.Followed(Sync.Prefix, update, Now);
        Pump();
    }

    /// <summary>Lets time pass, waking the machine when it wants to be woken.</summary>
    public void Pass(TimeSpan time)
    {
        var until = Now + time;
        while (Sync.NextWake is { } wake && wake <= until)
        {
            Now = wake > Now ? wake : Now.AddMilliseconds(1);
            Sync.Woke(Now);
            Pump();
        }

        Now = until;
        Sync.Woke(Now);
        Pump();
    }

    /// <summary>Answers what nginx was asked and has not answered.</summary>
    public void Release()
    {
        HoldsNginx = false;
        var held = Held.ToList();
        Held.Clear();
        held.ForEach(Run);
        Pump();
    }

    /// <summary>The oldest old worker's last connection ends.</summary>
    public void EndOldWorker()
    {
        if (Workers.Count > 1)
        {
            Workers.RemoveAt(0);
        }

        foreach (var (id, workers) in _waits.Where(wait => !Workers.Any(worker => wait.Workers.Contains(worker.Id))).ToList())
        {
            _waits.RemoveAll(wait => wait.Id == id);
            Sync.Answer(new Event.NginxAnswered(id, new NginxResult.Drained()), Now);
        }

        Pump();
    }

    /// <summary>A config that this nginx would take, with its workers reloaded, whatever is answered.</summary>
    public void Reload(string text)
    {
        File = text;
        _confirmedWrites = ++_writes;
        Workers.Add((++_lastWorker, text));
    }

    /// <summary>A config that is written to the file and never loaded.</summary>
    public void WriteOnly(string text)
    {
        File = text;
        _writes++;
    }

    private LoadBalancerSync NewAgent()
    {
        _outbox = new Outbox();
        _registration = new Publication(Keys.Balancer("m1", "lb.service"));
        return new LoadBalancerSync(_outbox, new Subscriptions(_outbox), Keys, "lb.service", _options, _registration, new BalancerMemory(_outbox, "lb.service", Cluster), _templates);
    }

    private long Lease(long machine) => _leases.TryGetValue(machine, out var lease) ? lease : _leases[machine] = ++_lastLease;

    private IReadOnlyList<StoreEvent> EndLease(long machine)
    {
        _leases.Remove(machine, out var lease);
        return [.. _store.Values.Where(entry => entry.Lease == lease).ToList().SelectMany(entry => Change(entry.Key, null, sameRevision: true))];
    }

    private IReadOnlyList<StoreEvent> Change(string key, StoreEntry? entry, bool sameRevision = false)
    {
        var before = _store.GetValueOrDefault(key);
        if (entry is null && before is null)
        {
            return [];
        }

        var revision = Revision + 1;
        if (!sameRevision)
        {
            Revision = revision;
        }

        _store.Remove(key);
        if (entry is not null)
        {
            _store[key] = entry;
        }

        return [new StoreEvent(revision, key, entry, before)];
    }

    private void Tell(IReadOnlyList<StoreEvent> events)
    {
        Revision = events.Count == 0 ? Revision : events[^1].Revision;
        if (!IsInGap && events.Count > 0)
        {
            Follow(new StoreUpdate.Changed(Revision, events));
        }
    }

    private void Pump()
    {
        for (var effects = _outbox.Take(); effects.Count > 0; effects = _outbox.Take())
        {
            foreach (var effect in effects)
            {
                Run(effect);
            }
        }
    }

    private void Run(Effect effect)
    {
        switch (effect)
        {
            case Effect.Follow:
                Relist();
                break;
            case Effect.ReadState read:
                Sync.Answer(new Event.FileRead(read.Id, OnDisk, null), Now);
                break;
            case Effect.ReadFile read:
                Sync.Answer(new Event.FileRead(read.Id, Files.GetValueOrDefault(read.Path), null), Now);
                break;
            case Effect.WriteState write when !DiskHangs:
                OnDisk = DiskProblem is null ? write.Text : OnDisk;
                Sync.Answer(new Event.FileWritten(write.Id, DiskProblem), Now);
                break;
            case Effect.QueryLease query:
                LeaseQuestions++;
                Sync.Answer(
                    StoreAnswers ? new Event.LeaseRemains(query.Id, _leases.ContainsValue(query.Lease) ? TimeSpan.FromSeconds(7) : null)
                        : new Event.StoreFailed(query.Id, StoreFailure.Unavailable, "no leader"),
                    Now);
                break;
            case Effect.Nginx { Request: NginxRequest.AwaitDrained await } nginx:
                _waits.Add((nginx.Id, await.OldWorkers));
                break;
            case Effect.Nginx nginx when HoldsNginx:
                Held.Add(nginx);
                break;
            case Effect.Nginx { Request: NginxRequest.ReadVersion } nginx:
                VersionQuestions++;
                Sync.Answer(new Event.NginxAnswered(nginx.Id, Version is null ? new NginxResult.Failed("no answer") : new NginxResult.Version(Version)), Now);
                break;
            case Effect.Nginx { Request: NginxRequest.ReadConfig } nginx:
                Sync.Answer(new Event.NginxAnswered(nginx.Id, new NginxResult.Read(File, _confirmedWrites == _writes, [.. Workers.SkipLast(1).Select(worker => worker.Id)])), Now);
                break;
            case Effect.Nginx { Request: NginxRequest.Apply apply } nginx:
                Apply(nginx.Id, apply);
                break;
            case Effect.Probe { Request: { Kind: ProbeKind.Tcp } probe } asked:
                Probed.Add($"{probe.Host}:{probe.Port}");
                var isDeaf = Deaf.Contains($"{probe.Host}:{probe.Port}");
                Sync.Answer(new Event.Probed(asked.Id, !isDeaf, isDeaf ? "connection refused" : null, TimeSpan.FromMilliseconds(3)), Now);
                break;
            case Effect.Report report:
                Reports.Add(report);
                break;
        }
    }

    private void Apply(long id, NginxRequest.Apply apply)
    {
        Applies.Add((Now, apply));
        if (OnApply?.Invoke(apply) is { } other)
        {
            Sync.Answer(new Event.NginxAnswered(id, other), Now);
            return;
        }

        Assert.Equal(Container, apply.Container);
        IReadOnlyList<int> old = [.. Workers.Select(worker => worker.Id)];
        Reload(apply.Text);
        Sync.Answer(new Event.NginxAnswered(id, new NginxResult.Applied(old)), Now);
    }
}
