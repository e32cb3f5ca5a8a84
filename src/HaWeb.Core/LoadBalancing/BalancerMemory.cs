using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// What a balancer serves, kept on its machine's disk from before nginx serves it: the next agent tells by it what was lost meanwhile from what was
/// withdrawn (PROTOCOL.md section 5). A disk that does not do it is reported, and holds nothing up.
/// </summary>
public sealed class BalancerMemory
{
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WritePatience = TimeSpan.FromSeconds(2);

    private readonly Outbox _outbox;
    private readonly string _unit;
    private readonly string _cluster;
    private readonly RetryDelay _delay = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private long _request;
    private DateTimeOffset? _actAt;
    private IReadOnlyList<StoreEntry>? _served;
    private string? _wanted;
    private string? _asked;
    private string? _onDisk;
    private bool _fails;

    /// <summary>Makes one that has read nothing yet.</summary>
    /// <param name="outbox">Where its effects go.</param>
    /// <param name="unit">The balancer's unit.</param>
    /// <param name="cluster">The cluster's id: what was served in another one means nothing.</param>
    public BalancerMemory(Outbox outbox, string unit, string cluster)
    {
        _outbox = outbox;
        _unit = unit;
        _cluster = cluster;
    }

    /// <summary>What the agent before served; null until that is read.</summary>
    public IReadOnlyList<StoreEntry>? Earlier { get; private set; }

    /// <summary>Whether there was nothing to read, and nothing was kept since.</summary>
    public bool IsNew { get; private set; }

    /// <summary>When <see cref="Woke"/> wants to be called, or null.</summary>
    public DateTimeOffset? NextWake => _actAt;

    /// <summary>The name of a balancer's file in the machine's state folder.</summary>
    public static string FileOf(string unit) => "balancers/" + unit;

    /// <summary>Begins to read.</summary>
    public void Start(DateTimeOffset now)
    {
        _actAt = now + ReadPatience;
        _outbox.Add(new Effect.ReadState(_request = _outbox.NextId(), FileOf(_unit)));
    }

    /// <summary>Has this kept.</summary>
    /// <param name="served">What nginx shall serve.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether nginx may serve it: it is on the disk, or the disk does not take it.</returns>
    public bool Keep(IReadOnlyList<StoreEntry> served, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(served);
        if (ReferenceEquals(served, _served))
        {
            return _fails || _wanted == _onDisk;
        }

        _served = served;
        IsNew = false;
        _wanted = RecordCodec.Write(new BalancerMemoryRecord
        {
            Cluster = _cluster,
            Backends = [.. served.Select(entry => new RememberedBackend(entry.Key, entry.Value, entry.Lease))],
        });
        if (_request == 0 && _actAt is null)
        {
            Write(now);
        }

        return _fails || _wanted == _onDisk;
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        _actAt = null;
        switch (answer)
        {
            case Event.FileRead read:
                Read(read);
                break;
            case Event.FileWritten { Problem: null }:
                Written(now);
                break;
            case Event.FileWritten { Problem: { } problem }:
                Fail(problem, now);
                break;
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (!(_actAt <= now))
        {
            return;
        }

        if (Earlier is null)
        {
            Start(now);
        }
        else if (_request != 0)
        {
            Fail("there is no answer", now);
        }
        else
        {
            Write(now);
        }
    }

    private void Read(Event.FileRead read)
    {
        IsNew = read is { Text: null, Problem: null };
        var (record, problem) = (default(BalancerMemoryRecord?), read.Problem ?? "");
        if (read.Text is { } text)
        {
            record = RecordCodec.TryRead<BalancerMemoryRecord>(text, out problem);
        }

        if (record is null && !IsNew)
        {
            _outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit, $"what it served before cannot be read, and backends that were lost meanwhile count as withdrawn: {problem}"));
        }

        Earlier = record is not null && record.Cluster == _cluster
            ? [.. record.Backends.Where(one => one is { Key: not null, Value: not null }).Select(one => new StoreEntry(one.Key, one.Value, 0, 0, 0, one.Lease))]
            : [];
        _onDisk = read.Text;
    }

    private void Write(DateTimeOffset now)
    {
        _actAt = null;
        if (_wanted is null || _wanted == _onDisk)
        {
            return;
        }

        _asked = _wanted;
        _actAt = now + WritePatience;
        _outbox.Add(new Effect.WriteState(_request = _outbox.NextId(), FileOf(_unit), _asked));
    }

    private void Written(DateTimeOffset now)
    {
        if (_fails)
        {
            _outbox.Add(new Effect.Report(ReportSeverity.Information, _unit, "what it serves is kept on the disk again"));
        }

        _fails = false;
        _delay.Reset();
        _onDisk = _asked;
        Write(now);
    }

    private void Fail(string problem, DateTimeOffset now)
    {
        if (!_fails)
        {
            _outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit, $"what it serves cannot be kept on the disk; the next agent will not know it: {problem}"));
        }

        // What is on the disk now nobody knows.
        _fails = true;
        _onDisk = null;
        _request = 0;
        _actAt = _delay.After(now);
    }
}
