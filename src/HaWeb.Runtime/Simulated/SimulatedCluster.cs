using System.Globalization;
using HaWeb.Core.Cluster;
using HaWeb.Core.Simulation;
using HaWeb.Runtime.Templates;

namespace HaWeb.Runtime.Simulated;

/// <summary>
/// A cluster of pretend machines in virtual time, which goes on only while somebody asks something of it: then it runs until it has settled. Safe for use by
/// several threads, one at a time.
/// </summary>
public sealed class SimulatedCluster
{
    /// <summary>What never settles is left after so much virtual time.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(30);

    // Between two looks whether somebody still waits.
    private static readonly TimeSpan Slice = TimeSpan.FromHours(1);

    private const int LongestHistory = 20_000;
    private const int NamesInWarning = 5;

    // The same for all, so that the same calls give the same trace.
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static int _clusters;

    private readonly object _gate = new();
    private readonly SimulatedWorld _world;
    private TaskCompletionSource _changed = NewSignal();
    private long _settledChange = -1;
    private long _toldRevision;
    private string? _warning;

    /// <summary>Makes a cluster whose machines are switched on; <see cref="Settle"/> brings its agents and its engine up.</summary>
    /// <param name="machines">The machines.</param>
    /// <param name="seed">What decides how long requests take.</param>
    /// <param name="keys">The layout of the store; null for the usual one.</param>
    public SimulatedCluster(IEnumerable<MachineRecord> machines, int seed = 0, ClusterKeys? keys = null)
    {
        ArgumentNullException.ThrowIfNull(machines);
        Name = string.Create(CultureInfo.InvariantCulture, $"simulation-{Interlocked.Increment(ref _clusters)}");
        _world = new SimulatedWorld(Start, keys ?? new ClusterKeys()) { Observer = new SeededLatency(seed), Templates = new LiquidTemplates() };
        foreach (var machine in machines)
        {
            _world.AddMachine(machine).PowerOn();
        }

        Time = new SimulatedTime(this);
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>Its virtual clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Uses the world with everybody else kept out. What is changed takes effect when the cluster settles.</summary>
    public T Use<T>(Func<SimulatedWorld, T> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        lock (_gate)
        {
            try
            {
                return use(_world);
            }
            finally
            {
                Tell();
            }
        }
    }

    /// <summary>
    /// Runs until nothing is to come but routine that changes nothing. What never settles is left at the first state that comes again, or after
    /// <see cref="LongestRun"/>; <see cref="TakeWarning"/> then says so.
    /// </summary>
    /// <param name="limit">Stops after this much virtual time, with the rest to come; null for no limit.</param>
    /// <param name="cancellationToken">Stops it, with the rest to come.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Settle(TimeSpan? limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_world.Changes == _settledChange)
            {
                return;
            }

            var run = new SettlingRun(_world, () => cancellationToken.IsCancellationRequested);
            var longest = limit is { } given && given < LongestRun ? given : LongestRun;
            var outcome = run.Run(_world.Now + longest);
            if (outcome is SettleOutcome.Settled && _world.Store.HistoryLength > LongestHistory)
            {
                _world.TrimHistory(LongestHistory / 2);
            }

            Tell();
            cancellationToken.ThrowIfCancellationRequested();
            if (outcome is SettleOutcome.OutOfTime && longest < LongestRun)
            {
                return;
            }

            _settledChange = _world.Changes;
            _warning = outcome is SettleOutcome.Settled ? null : Explain(outcome, run.Restless);
        }
    }

    /// <summary>Goes on to the next elapse of a timer, or to a time if none elapses before, and settles again.</summary>
    /// <param name="end">The virtual time.</param>
    /// <param name="cancellationToken">Stops it, with the rest to come.</param>
    /// <returns>Whether time has passed; none does where no timer is to elapse.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public bool GoOn(DateTimeOffset end, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var start = _world.Now;
            for (var changes = _world.Changes; _world.Now < end && _world.Changes == changes;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var slice = _world.Now + Slice;
                if (!_world.RunToNextElapse(slice < end ? slice : end))
                {
                    break;
                }
            }

            if (_world.Now == start)
            {
                return false;
            }

            Settle(end - _world.Now, cancellationToken);
            return true;
        }
    }

    /// <summary>Why the cluster did not settle, once; null when it did, or when this was told.</summary>
    public string? TakeWarning()
    {
        lock (_gate)
        {
            var warning = _warning;
            _warning = null;
            return warning;
        }
    }

    /// <summary>Ends when the store has changed since this was called.</summary>
    internal Task NextChange()
    {
        lock (_gate)
        {
            return _changed.Task;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Explain(SettleOutcome outcome, IReadOnlyCollection<string> units)
    {
        var who = units.Count == 0 ? "something" : string.Join(", ", units.Take(NamesInWarning)) + (units.Count > NamesInWarning ? $" and {units.Count - NamesInWarning} more" : "");
        var why = outcome is SettleOutcome.Repeats
            ? "it goes round in a circle"
            : string.Create(CultureInfo.InvariantCulture, $"{LongestRun.TotalMinutes:0} virtual minutes were not enough");
        return $"The simulation has not settled: {who} keeps changing, and {why}. It is left as it stands now; the next change goes on from there.";
    }

    private void Tell()
    {
        if (_world.Store.Revision != _toldRevision)
        {
            _toldRevision = _world.Store.Revision;
            var changed = _changed;
            _changed = NewSignal();
            changed.TrySetResult();
        }
    }
}
