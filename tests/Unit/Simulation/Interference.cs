using HaWeb.Core.Effects;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>Disturbs what a test picks out of everything that is asked in a simulated world, and shows it everything that is told.</summary>
internal sealed class Interference(Func<SimulatedMachine, Effect, Disturbance?> disturb) : ISimulationObserver
{
    /// <summary>Sees what a state machine is told.</summary>
    public Action<SimulatedMachine, IStateMachine, Event>? Seen { get; init; }

    public Disturbance Asked(SimulatedMachine machine, IStateMachine by, Effect effect) => disturb(machine, effect) ?? Disturbance.None;

    public void Telling(SimulatedMachine machine, IStateMachine by, Event happened) => Seen?.Invoke(machine, by, happened);
}
