namespace HaWeb.Core.LoadBalancing;

/// <summary>What came of a <see cref="KeepalivedRequest"/>.</summary>
public abstract record KeepalivedResult
{
    private KeepalivedResult()
    {
    }

    /// <summary>It runs as asked.</summary>
    public sealed record Runs : KeepalivedResult;

    /// <summary>It does not run.</summary>
    public sealed record Stopped : KeepalivedResult;

    /// <summary>It could not be done. To be tried again.</summary>
    /// <param name="Message">Why, and what to do about it.</param>
    public sealed record Failed(string Message) : KeepalivedResult;
}
