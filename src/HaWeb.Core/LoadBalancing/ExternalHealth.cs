using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// Probes the backends of a balancer's services that were registered by hand, from the balancer's machine: no unit says how they are checked, so it is whether
/// they accept a connection, as often as a unit that says nothing is probed.
/// </summary>
internal sealed class ExternalHealth(Outbox outbox, string unit)
{
    private static readonly HaWebOptions Defaults = new();

    private readonly SortedDictionary<string, Watched> _watched = new(StringComparer.Ordinal);

    /// <summary>When <see cref="Woke"/> wants to be called, or null.</summary>
    public DateTimeOffset? NextWake => _watched.Count == 0 ? null : _watched.Values.Min(one => one.Health.NextProbe);

    /// <summary>Those that have been judged, and what they were found to be.</summary>
    public IEnumerable<(ExternalBackend Backend, bool Healthy)> Judged =>
        _watched.Values.Where(one => one.Health.Healthy is not null).Select(one => (one.Backend, one.Health.Healthy == true));

    /// <summary>The same as the balancer's key says it.</summary>
    public IEnumerable<ExternalHealthRecord> Records => _watched.Values.Where(one => one.Health.Verdict is not null).Select(one => new ExternalHealthRecord
    {
        Service = one.Backend.Service,
        Name = one.Backend.Name,
        Revision = one.Backend.Revision,
        Healthy = one.Health.Healthy == true,
        Since = one.Health.Verdict!.Since,
        Error = one.Health.Verdict.Error,
        Latency = one.Health.Verdict.Latency,
        Flaps = one.Health.Verdict.Flaps,
    });

    /// <summary>Whether probes that were sent at that time or later have said again what each of them is taken for.</summary>
    public bool IsConfirmedSince(DateTimeOffset since) => _watched.Values.All(one => one.Health.IsConfirmedSince(since));

    /// <summary>Those that are there now. One that is somewhere else than before is another one.</summary>
    public void Watch(IReadOnlyList<ExternalBackend> present, DateTimeOffset now)
    {
        var keys = present.ToDictionary(KeyOf, StringComparer.Ordinal);
        foreach (var (key, _) in _watched.Where(one => !keys.ContainsKey(one.Key)).ToList())
        {
            _watched.Remove(key);
        }

        foreach (var (key, backend) in keys)
        {
            _watched[key] = _watched.TryGetValue(key, out var known) && known.Backend.Backend.Endpoint == backend.Backend.Endpoint
                ? known with { Backend = backend }
                : new Watched(backend, new HealthTracker($"{unit}/{key}", HealthPolicy.From(Defaults), adopted: false, now));
        }

        Woke(now);
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>Whether it was its own.</returns>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer is not Event.Probed probed || _watched.Values.FirstOrDefault(one => one.Health.Expects(probed.Id)) is not { } watched)
        {
            return false;
        }

        if (watched.Health.Probed(probed.Id, probed.Passed, probed.Error, probed.Latency, now))
        {
            Tell(watched);
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        foreach (var watched in _watched.Values.Where(one => one.Health.NextProbe <= now))
        {
            var id = outbox.NextId();
            outbox.Add(new Effect.Probe(id, ProbeRequest.Of(new HealthCheck.Tcp(), watched.Backend.Backend, Defaults.HealthTimeout)!));
            if (watched.Health.Sent(id, now))
            {
                Tell(watched);
            }
        }
    }

    private static string KeyOf(ExternalBackend backend) => $"{backend.Service}/{backend.Name}";

    private void Tell(Watched watched)
    {
        var (backend, health) = watched;
        outbox.Add(new Effect.Report(
            health.Healthy == true ? ReportSeverity.Information : ReportSeverity.Warning,
            unit,
            $"{KeyOf(backend)}, which was registered by hand, {(health.Healthy == true ? "answers" : "does not answer")} at {backend.Backend.Endpoint}{(health.LastError is { } error ? $": {error}" : "")}"));
    }

    private sealed record Watched(ExternalBackend Backend, HealthTracker Health);
}
