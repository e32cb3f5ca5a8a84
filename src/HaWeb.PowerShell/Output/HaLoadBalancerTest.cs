namespace HaWeb.PowerShell.Output;

/// <summary>What nginx or HAProxy says of a config.</summary>
public sealed class HaLoadBalancerTest
{
    /// <summary>The service it balances, or the file it is in.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is taken.</summary>
    public required bool Valid { get; init; }

    /// <summary>The program's own words.</summary>
    public required string Message { get; init; }

    /// <summary>Who tested: <c>nginx</c>, <c>haproxy</c>, or the container's name.</summary>
    public required string TestedBy { get; init; }
}
