using HaWeb.Core.Cluster;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>What timers of a healed cluster must have done since: each started its service whenever it elapsed.</summary>
internal sealed class TimerOutcome(SimulatedWorld world, ClusterState state)
{
    // Everything was well for so long at least.
    private static readonly TimeSpan Well = TimeSpan.FromSeconds(45);

    // Between the elapse and the start of the process, and the other way round.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    /// <summary>Checks one timer, whose service ends soon after each start.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="period">How long it waits at most from one run to the next.</param>
    /// <param name="starts">All starts of processes.</param>
    /// <exception cref="BrokenRuleException">It did not elapse, or did not start its service.</exception>
    public void Check(string timer, TimeSpan period, IReadOnlyList<(string Unit, DateTimeOffset At)> starts)
    {
        if (state.Units[timer]?.Value.Desired != DesiredState.Launched || state.Placements.OwnersOf(timer).Count == 0)
        {
            return;
        }

        var service = timer.Replace(".timer", ".service", StringComparison.Ordinal);
        var last = world.Now - Well;
        foreach (var at in starts.Where(start => start.Unit == service && start.At > last).Select(start => start.At).Append(world.Now).ToList())
        {
            if (at - last > period + Delay)
            {
                throw new BrokenRuleException("timers", $"{service} was not started between {last:HH:mm:ss.fff} and {at:HH:mm:ss.fff}, although {timer} waits {period.TotalSeconds:0} s at most");
            }

            last = at;
        }
    }
}
