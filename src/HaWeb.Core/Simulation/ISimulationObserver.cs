using HaWeb.Core.Effects;

namespace HaWeb.Core.Simulation;

/// <summary>Sees everything that the state machines of a simulated world ask for and are told, and may disturb it. Faults are its only source of chance.</summary>
public interface ISimulationObserver
{
    /// <summary>A state machine asks for something; it has not been done yet.</summary>
    /// <param name="machine">The machine that it runs on.</param>
    /// <param name="by">The state machine.</param>
    /// <param name="effect">What it asks for.</param>
    /// <returns>What goes wrong with it.</returns>
    Disturbance Asked(SimulatedMachine machine, IStateMachine by, Effect effect);

    /// <summary>A state machine is about to be told something.</summary>
    /// <param name="machine">The machine that it runs on.</param>
    /// <param name="by">The state machine.</param>
    /// <param name="happened">What it is told.</param>
    void Telling(SimulatedMachine machine, IStateMachine by, Event happened);
}
