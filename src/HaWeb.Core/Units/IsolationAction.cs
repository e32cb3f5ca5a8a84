namespace HaWeb.Core.Units;

/// <summary>What a machine does with a unit once its own lease must have expired.</summary>
public enum IsolationAction
{
    /// <summary><c>keep</c>: it keeps running.</summary>
    Keep,

    /// <summary><c>stop</c>: it is stopped, because two of it must never run.</summary>
    Stop,
}
