namespace HaWeb.Core.LoadBalancing;

/// <summary>What is asked of a balancer's nginx.</summary>
public abstract record NginxRequest
{
    private NginxRequest()
    {
    }

    /// <summary>
    /// Replaces the config and makes new workers serve it. When nginx does not take it, the config before is back in place before the answer comes.
    /// Answers <see cref="NginxResult.Applied"/>, <see cref="NginxResult.Rejected"/> or <see cref="NginxResult.Failed"/>.
    /// </summary>
    /// <param name="Container">The container that runs nginx.</param>
    /// <param name="Path">The config file's path in it.</param>
    /// <param name="Text">The new config.</param>
    /// <param name="LastGood">The config that was confirmed last, to be put back; null when none is known: then the file's present content is.</param>
    /// <param name="TestFirst">Whether <c>nginx -t</c> comes before the reload; without, the reload's own test counts (a change of server lines only).</param>
    public sealed record Apply(string Container, string Path, string Text, string? LastGood, bool TestFirst) : NginxRequest;

    /// <summary>Waits until none of these workers remains. Answers <see cref="NginxResult.Drained"/>, also when the container has ended.</summary>
    /// <param name="Container">The container that runs nginx.</param>
    /// <param name="OldWorkers">Process ids as the engine's machine sees them.</param>
    public sealed record AwaitDrained(string Container, IReadOnlyList<int> OldWorkers) : NginxRequest;

    /// <summary>Reads the config that is in place. Answers <see cref="NginxResult.Read"/> or <see cref="NginxResult.Failed"/>.</summary>
    /// <param name="Container">The container that runs nginx.</param>
    /// <param name="Path">The config file's path in it.</param>
    public sealed record ReadConfig(string Container, string Path) : NginxRequest;

    /// <summary>Asks which version runs. Answers <see cref="NginxResult.Version"/> or <see cref="NginxResult.Failed"/>.</summary>
    /// <param name="Container">The container that runs nginx.</param>
    public sealed record ReadVersion(string Container) : NginxRequest;
}
