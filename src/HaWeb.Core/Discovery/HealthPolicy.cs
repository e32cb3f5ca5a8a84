using HaWeb.Core.Units;

namespace HaWeb.Core.Discovery;

/// <summary>How often a unit is probed, and how many probes in a row it takes to believe them.</summary>
/// <param name="Interval">The time from one probe to the next, above zero.</param>
/// <param name="Timeout">How long a probe may take, above zero.</param>
/// <param name="Rise">How many must pass, 1 or more.</param>
/// <param name="Fall">How many must fail, 1 or more.</param>
public sealed record HealthPolicy(TimeSpan Interval, TimeSpan Timeout, int Rise, int Fall)
{
    /// <summary>The policy of a unit.</summary>
    /// <param name="unit">Its <c>[X-HaWeb]</c> section.</param>
    public static HealthPolicy From(HaWebOptions unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return new HealthPolicy(unit.HealthInterval, unit.HealthTimeout, unit.HealthRise, unit.HealthFall);
    }
}
