namespace HaWeb.Core.Simulation;

/// <summary>What goes wrong with one effect.</summary>
public sealed record Disturbance
{
    /// <summary>Nothing goes wrong.</summary>
    public static Disturbance None { get; } = new();

    /// <summary>How much later the request arrives.</summary>
    public TimeSpan RequestDelay { get; init; }

    /// <summary>How much later its answer arrives.</summary>
    public TimeSpan AnswerDelay { get; init; }

    /// <summary>Whether its answer never arrives.</summary>
    public bool LosesAnswer { get; init; }

    /// <summary>Whether its answer arrives twice.</summary>
    public bool RepeatsAnswer { get; init; }

    /// <summary>Whether the agent dies before this effect: it and what comes after it are never done.</summary>
    public bool Crashes { get; init; }
}
