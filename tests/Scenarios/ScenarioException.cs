namespace HaWeb.Tests.Scenarios;

/// <summary>A scenario did not go as it says; the message has what was expected and what there is.</summary>
public sealed class ScenarioException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public ScenarioException()
    {
    }

    /// <summary>Makes one that says what went differently.</summary>
    public ScenarioException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what went differently, and why.</summary>
    public ScenarioException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
