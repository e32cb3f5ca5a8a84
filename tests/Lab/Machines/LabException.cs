namespace HaWeb.Lab;

/// <summary>The lab could not do what was asked; the message says what failed and what to do.</summary>
public sealed class LabException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public LabException()
    {
    }

    /// <summary>Makes one that says what failed.</summary>
    public LabException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what failed, and why.</summary>
    public LabException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
