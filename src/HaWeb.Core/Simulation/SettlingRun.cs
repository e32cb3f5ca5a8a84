namespace HaWeb.Core.Simulation;

/// <summary>
/// Runs a simulated world until it has settled (DESIGN.md section 6): nothing has changed for longer than any time of the protocol, no unit waits for a time
/// that its file sets, and probes say what they said. What never settles ends at a state that comes again, or when the time is over.
/// </summary>
public sealed class SettlingRun
{
    // What comes to rest within this time is not asked whether it goes round.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int EventsPerLook = 256;

    private readonly SimulatedWorld _world;
    private readonly Func<bool> _isCancelled;
    private readonly DateTimeOffset _graceEnd;
    private RepetitionDetector? _repetition;
    private int _events;

    /// <summary>Makes one.</summary>
    /// <param name="world">The world.</param>
    /// <param name="isCancelled">Whether nobody waits any more; asked now and then.</param>
    public SettlingRun(SimulatedWorld world, Func<bool> isCancelled)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        _isCancelled = isCancelled;
        _graceEnd = world.Now + Grace;
    }

    /// <summary>The units that kept changing; none when it settled soon.</summary>
    public IReadOnlyCollection<string> Restless => _repetition?.Units ?? [];

    /// <summary>Runs.</summary>
    /// <param name="end">The virtual time at which it gives up.</param>
    public SettleOutcome Run(DateTimeOffset end)
    {
        while (true)
        {
            var quietAt = _world.LastChange + _world.Quiet;
            if (_world.Now >= quietAt && _world.IsAtRest)
            {
                return SettleOutcome.Settled;
            }

            if (_world.Now >= end)
            {
                return SettleOutcome.OutOfTime;
            }

            var next = _world.Now < quietAt ? quietAt : _world.Now + Pause;
            if (RunTo(next < end ? next : end) is { } outcome)
            {
                return outcome;
            }
        }
    }

    private SettleOutcome? RunTo(DateTimeOffset time)
    {
        SettleOutcome? outcome = null;
        if (_world.RunUntil(() => (outcome = Look()) is not null, time - _world.Now))
        {
            return outcome;
        }

        _world.RunUntil(time);
        return null;
    }

    private SettleOutcome? Look()
    {
        if (++_events % EventsPerLook == 0 && _isCancelled())
        {
            return SettleOutcome.Cancelled;
        }

        if (_world.Now < _graceEnd)
        {
            return null;
        }

        _repetition ??= new RepetitionDetector(_world);
        return _repetition.Look() ? SettleOutcome.Repeats : null;
    }
}
