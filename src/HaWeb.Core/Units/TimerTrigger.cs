using HaWeb.Core.Timers;

namespace HaWeb.Core.Units;

/// <summary>One of the times at which a timer starts its service.</summary>
/// <param name="Base">What it counts from.</param>
/// <param name="Delay">How long after that; zero for the calendar.</param>
/// <param name="Calendar">The calendar event; null where it counts from something else.</param>
public sealed record TimerTrigger(TimerBase Base, TimeSpan Delay, CalendarEvent? Calendar = null);
