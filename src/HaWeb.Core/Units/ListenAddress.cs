namespace HaWeb.Core.Units;

/// <summary>Where a load balancer listens.</summary>
/// <param name="Address">The IP address; null for all.</param>
/// <param name="Port">The port.</param>
public sealed record ListenAddress(string? Address, int Port)
{
    /// <summary>As nginx's <c>listen</c> takes it.</summary>
    public override string ToString() => Address is null ? $"{Port}"
        : Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{Port}"
        : $"{Address}:{Port}";
}
