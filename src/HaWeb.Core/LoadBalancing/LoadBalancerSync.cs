using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// Keeps one balancer's nginx at what the store says of its services, and says in the balancer's own key which revision it serves, so that planned stops
/// can wait for it (PROTOCOL.md section 5). A part of the machine's supervisor, which passes events on, owns the container's life, and drops this when it
/// takes the balancer's key back.
/// </summary>
public sealed class LoadBalancerSync
{
    private readonly Outbox _outbox;
    private readonly Subscriptions _subscriptions;
    private readonly string _unit;
    private readonly LoadBalancerOptions _options;
    private readonly Publication _registration;
    private readonly BalancerMemory _memory;
    private readonly BalancedSet _set;
    private readonly LeaseQuestions _questions;
    private readonly ExternalHealth _external;
    private readonly ConfigSource _source;
    private readonly NginxInstaller _nginx;
    private readonly WorkerGenerations _workers = new();
    private readonly List<string> _services;
    private readonly SortedDictionary<string, long> _lettingGo = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _stale = [];
    private AddressReport? _address;
    private bool _hasRemembered;
    private bool _isFollowing;
    private bool _isKept;
    private bool _isFormerGone;
    private bool _isDown;
    private long _change;
    private (long Revision, long Change) _sent;
    private IReadOnlyList<StoreEntry> _served = [];

    /// <summary>Makes one that has done nothing yet.</summary>
    /// <param name="outbox">Where its effects go.</param>
    /// <param name="subscriptions">What the machine follows.</param>
    /// <param name="keys">The layout.</param>
    /// <param name="unit">The unit, for reports.</param>
    /// <param name="options">What is asked of the balancer.</param>
    /// <param name="registration">The balancer's key, which the owner of the session commits.</param>
    /// <param name="memory">What it serves, on the machine's disk.</param>
    /// <param name="templates">What makes configs from templates; null for nothing.</param>
    /// <exception cref="LoadBalancerRefusedException">The options have problems (<see cref="LoadBalancerOptions.Check"/>).</exception>
    public LoadBalancerSync(
        Outbox outbox,
        Subscriptions subscriptions,
        ClusterKeys keys,
        string unit,
        LoadBalancerOptions options,
        Publication registration,
        BalancerMemory memory,
        ITemplateEngine? templates = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Check() is { Count: > 0 } problems)
        {
            throw new LoadBalancerRefusedException(problems);
        }

        _outbox = outbox;
        _subscriptions = subscriptions;
        _unit = unit;
        _options = options;
        _registration = registration;
        _memory = memory;
        _services = [.. options.BalancedServices];
        _set = new BalancedSet(keys, _services, options.WhenEmpty == EmptyServiceAnswer.KeepLast);
        _questions = new LeaseQuestions(outbox, _set);
        _external = new ExternalHealth(outbox, unit);
        _source = new ConfigSource(outbox, unit, options, templates);
        _nginx = new NginxInstaller(outbox, unit, options.ConfigPath, alwaysTest: options.Template is not null);
    }

    /// <summary>The prefix whose updates <see cref="Followed"/> wants.</summary>
    public string Prefix => _set.Prefix;

    /// <summary>
    /// Whether the services were listed after the balancer's key was in the store, what is to be served is on the disk, and its config could be made:
    /// before, there is no config to start nginx with.
    /// </summary>
    public bool IsReady => _set.IsListed && _isKept && _source.IsMade;

    /// <summary>Services whose lost backends are still served because no other is there.</summary>
    public IReadOnlyList<string> Stale => _stale;

    /// <summary>What the same nginx balanced before its options changed: named in the balancer's key until no worker serves it any more.</summary>
    public IReadOnlyList<string> FormerServices { get; init => field = value ?? []; } = [];

    /// <summary>The services that its key names.</summary>
    public IReadOnlyList<string> NamedServices => _isFormerGone ? _services : [.. _services.Union(FormerServices, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether its key says by now what it shall say of this balancer.</summary>
    public bool IsAnnounced => _hasRemembered;

    /// <summary>The store revision that new workers serve.</summary>
    public long Applied => _workers.Applied;

    /// <summary>The store revision before which no old worker remains.</summary>
    public long Drained => _workers.Drained;

    /// <summary>When <see cref="Woke"/> wants to be called, or null. nginx has to wait while what it shall serve is not kept, or cannot be made.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_memory.NextWake, _questions.NextWake, _external.NextWake, _source.NextWake, _isKept && _source.IsInstallable ? _nginx.NextWake : null);

    /// <summary>Whether probes that were sent at that time or later have said again what the backends are taken for that were registered by hand.</summary>
    public bool IsConfirmedSince(DateTimeOffset since) => _external.IsConfirmedSince(since);

    /// <summary>Begins: what an agent before served is read, and then the balancer's key shall be in the store, serving nothing yet.</summary>
    public void Start(DateTimeOffset now)
    {
        _memory.Start(now);
        _source.Start(now);
    }

    /// <summary>The balancer's key is in the store: now the services may be listed, and no stop that comes later can overlook this balancer.</summary>
    public void Registered()
    {
        if (!_set.IsListed && !_isFollowing)
        {
            _isFollowing = true;
            _subscriptions.Add(Prefix);
        }
    }

    /// <summary>Ends: nothing is followed any more, and nothing more is to be called.</summary>
    public void End()
    {
        if (_isFollowing)
        {
            _isFollowing = false;
            _subscriptions.Remove(Prefix);
        }
    }

    /// <summary>News of the services.</summary>
    /// <param name="prefix">The prefix that was followed; another than <see cref="Prefix"/> is ignored.</param>
    /// <param name="update">The news.</param>
    /// <param name="now">The time.</param>
    public void Followed(string prefix, StoreUpdate update, DateTimeOffset now)
    {
        // A listing that was made before the key was in the store may miss a stop that did not see the key.
        var listing = (update as StoreUpdate.Listed)?.Listing;
        if (prefix != Prefix || !_isFollowing || (!_set.IsListed && (listing is null || listing.Revision < _registration.Revision)))
        {
            return;
        }

        if (listing is not null && _set.IsOtherHistory(listing))
        {
            _workers.Restart();
            _sent = default;
            _lettingGo.Clear();
        }

        foreach (var unreadable in _set.Take(update))
        {
            _outbox.Add(new Effect.Report(ReportSeverity.Error, unreadable.Key, $"the value is no backend and is not used: {unreadable.Problem}"));
        }

        Change(now);
    }

    /// <summary>
    /// The config to put in before a start. From here on a start counts as under way, so that nothing newer is acknowledged before
    /// <see cref="Attach"/> or <see cref="Down"/> says what came of it.
    /// </summary>
    /// <returns>The config, or null while <see cref="IsReady"/> is false.</returns>
    public string? TakeInitialConfig()
    {
        _isDown = false;
        return IsReady ? _source.Text : null;
    }

    /// <summary>nginx runs in this container. Adopting the same container a second time does nothing.</summary>
    /// <param name="container">The container.</param>
    /// <param name="confirmed">The config that was put in before the start; null for an adopted container, whose config is read from it.</param>
    /// <param name="now">The time.</param>
    public void Attach(string container, string? confirmed, DateTimeOffset now)
    {
        if (confirmed is not null)
        {
            _workers.Clear();
        }
        else if (_nginx.Container == container)
        {
            return;
        }

        _isDown = false;
        _nginx.Attach(container, confirmed);
        _source.Attach(container, now);
        TellUnknown();
        Advance(now);
    }

    /// <summary>What its key says of the address that it shares with others; null when it shares none.</summary>
    public void TellAddress(AddressReport? address)
    {
        _address = address;
        if (_hasRemembered)
        {
            Publish();
        }
    }

    /// <summary>nginx is not to be touched any more, since it is being stopped or cannot be reached; its workers may go on. What is acknowledged stands still.</summary>
    public void Detach(DateTimeOffset now)
    {
        _isDown = false;
        _nginx.Detach();
        _source.Detach();
        Advance(now);
    }

    /// <summary>No nginx of this unit runs, and none is being started: whatever starts next serves the newest set, so every revision is acknowledged at once.</summary>
    public void Down(DateTimeOffset now)
    {
        _isDown = true;
        _nginx.Detach();
        _source.Detach();
        _workers.Clear();
        Advance(now);
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>Whether the request was its own.</returns>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (_memory.Answer(answer, now))
        {
            Advance(now);
            return true;
        }

        if (_questions.Answer(answer, now))
        {
            Change(now);
            return true;
        }

        if (_external.Answer(answer, now))
        {
            Judge(now);
            return true;
        }

        if (_source.Answer(answer, now))
        {
            Advance(now);
            return true;
        }

        if (answer is not Event.NginxAnswered nginx)
        {
            return false;
        }

        if (nginx.Result is NginxResult.Drained && _workers.Ended(nginx.Id))
        {
            Advance(now);
            return true;
        }

        if (_nginx.Answer(nginx, now, out var oldWorkers) is not { } result)
        {
            return false;
        }

        if (oldWorkers.Count > 0)
        {
            var request = _outbox.NextId();
            _workers.Replaced(request);
            _outbox.Add(new Effect.Nginx(request, new NginxRequest.AwaitDrained(_nginx.Container!, oldWorkers)));
        }

        if (result is NginxResult.Applied)
        {
            _workers.Serve(_sent.Revision, _sent.Change);
        }

        Advance(now);
        return true;
    }

    /// <summary>The time has come, or an earlier or later one.</summary>
    public void Woke(DateTimeOffset now)
    {
        _memory.Woke(now);
        _source.Woke(now);
        _external.Woke(now);
        Judge(now);
        Advance(now);
    }

    private void Judge(DateTimeOffset now)
    {
        if (_set.Judge(_external.Judged))
        {
            Change(now);
        }
    }

    private void Change(DateTimeOffset now)
    {
        _change++;
        _external.Watch(_set.External, now);
        _set.Judge(_external.Judged);
        _served = _set.Memory;
        _source.Aim(new LoadBalancerConfig(_options, _set.Backends, _set.Revision));
        TellStale(_set.Stale);
        Advance(now);
    }

    private void Advance(DateTimeOffset now)
    {
        if (!_hasRemembered)
        {
            if (_memory.Earlier is not { } earlier)
            {
                return;
            }

            Remember(earlier);
        }

        if (_set.IsListed)
        {
            _questions.Ask(now);
            _isKept = _memory.Keep(_served, now);
            if (_isKept && _source.IsInstallable && _nginx.Aim(_source.Text, now))
            {
                _sent = (_set.Revision, _change);
            }

            if (_isDown || (_source.IsInstallable && _nginx.Serves(_source.Text)))
            {
                _workers.Serve(_set.Revision, _change);
            }
        }

        Publish();
    }

    /// <summary>What the agent before served and the first listing lacks departed in between: only so it is found out why.</summary>
    private void Remember(IReadOnlyList<StoreEntry> earlier)
    {
        _hasRemembered = true;
        _set.Remember(earlier);
        TellUnknown();
    }

    private void TellUnknown()
    {
        if (_memory.IsNew && _nginx.Container is not null)
        {
            _outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit, "no note was kept of what its nginx serves: backends that were lost meanwhile count as withdrawn"));
        }
    }

    private void TellStale(IReadOnlyList<string> stale)
    {
        foreach (var service in stale.Except(_stale, StringComparer.Ordinal))
        {
            _outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit, $"every backend of {service} was lost and none withdrawn: the last ones stay in the config"));
        }

        foreach (var service in _stale.Except(stale, StringComparer.Ordinal))
        {
            _lettingGo[service] = _change;
            _outbox.Add(new Effect.Report(ReportSeverity.Information, _unit, $"the backends of {service} are those in the store again"));
        }

        _stale = stale;
    }

    private void Publish()
    {
        _isFormerGone |= Drained > 0;
        foreach (var (service, _) in _lettingGo.Where(one => one.Value <= _workers.DrainedChange).ToList())
        {
            _lettingGo.Remove(service);
        }

        _registration.Desired = RecordCodec.Write(new BalancerRecord
        {
            Services = [.. NamedServices],
            Applied = Applied,
            Drained = Drained,
            Stale = [.. _stale.Union(_lettingGo.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            External = [.. _external.Records],
            Error = _source.Problem ?? _nginx.Error,
            VirtualIP = _address?.Address.ToString(),
            AddressRole = _address?.Role,
            AddressError = _address?.Problem,
        });
    }
}
