namespace HaWeb.Core.Effects;

/// <summary>
/// A deterministic state machine: the same events at the same times give the same effects. It does no I/O and reads no clock; drivers do, the same way in
/// production and in the simulator.
/// </summary>
public interface IStateMachine
{
    /// <summary>Takes in one event and says what is to be done.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="now">The time, never earlier than in the step before.</param>
    IReadOnlyList<Effect> Step(Event happened, DateTimeOffset now);
}
