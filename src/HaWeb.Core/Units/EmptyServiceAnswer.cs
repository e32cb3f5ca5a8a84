namespace HaWeb.Core.Units;

/// <summary>What a load balancer serves for a service whose backends were all withdrawn.</summary>
public enum EmptyServiceAnswer
{
    /// <summary><c>503</c>: the status 503 with Retry-After.</summary>
    Unavailable,

    /// <summary><c>keep</c>: the last backends stay in the config.</summary>
    KeepLast,
}
