namespace HaWeb.Core.Scheduling;

/// <summary>A machine as the Planner sees it.</summary>
/// <param name="Id">Its id.</param>
public sealed record PlanMachine(string Id)
{
    /// <summary>Whether its agent has a live session.</summary>
    public bool Alive { get; init; }

    /// <summary>Whether an operator has cordoned it.</summary>
    public bool Cordoned { get; init; }

    /// <summary>Whether its Docker Engine answers.</summary>
    public bool DockerAnswers { get; init; } = true;

    /// <summary>Whether it runs process units.</summary>
    public bool AllowProcess { get; init; }

    /// <summary>How many units it takes, or null for no limit.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Its metadata, the operator's over the agent's.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
