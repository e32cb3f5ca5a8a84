namespace HaWeb.Core.LoadBalancing;

/// <summary>What came of an <see cref="NginxRequest"/>.</summary>
public abstract record NginxResult
{
    private NginxResult()
    {
    }

    /// <summary>New workers serve the config.</summary>
    /// <param name="OldWorkers">
    /// Every worker that was there before and is still there, which ends when its last connection does: those of earlier reloads too.
    /// </param>
    public sealed record Applied(IReadOnlyList<int> OldWorkers) : NginxResult;

    /// <summary>nginx does not take the config; the one before is in place and serves.</summary>
    /// <param name="Message">nginx's own words.</param>
    public sealed record Rejected(string Message) : NginxResult;

    /// <summary>It is not known what nginx serves: it could not be asked. To be tried again.</summary>
    /// <param name="Message">What failed, for people.</param>
    public sealed record Failed(string Message) : NginxResult;

    /// <summary>No old worker remains.</summary>
    public sealed record Drained : NginxResult;

    /// <summary>The config in place.</summary>
    /// <param name="Text">Its text, or null when the file does not exist.</param>
    /// <param name="IsServed">
    /// Whether it is certain that the workers serve this text: false when an agent may have died between writing the file and the reload.
    /// </param>
    /// <param name="OldWorkers">Workers of earlier reloads that still have connections and end when the last of them does.</param>
    public sealed record Read(string? Text, bool IsServed, IReadOnlyList<int> OldWorkers) : NginxResult;

    /// <summary>The version that runs.</summary>
    /// <param name="Of">The version.</param>
    public sealed record Version(NginxVersion Of) : NginxResult;
}
