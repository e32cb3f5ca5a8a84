using HaWeb.Core.Effects;
using HaWeb.Core.Simulation;

namespace HaWeb.Runtime.Simulated;

/// <summary>The chance that there is in a simulated cluster: how long requests take. The same seed gives the same times.</summary>
/// <param name="seed">The seed.</param>
internal sealed class SeededLatency(int seed) : ISimulationObserver
{
    private const int MostMilliseconds = 20;

    private readonly Random _random = new(seed);

    /// <inheritdoc/>
    public Disturbance Asked(SimulatedMachine machine, IStateMachine by, Effect effect) => effect is Effect.Docker or Effect.Nginx
        ? new Disturbance { RequestDelay = TimeSpan.FromMilliseconds(_random.Next(MostMilliseconds)) }
        : Disturbance.None;

    /// <inheritdoc/>
    public void Telling(SimulatedMachine machine, IStateMachine by, Event happened)
    {
    }
}
