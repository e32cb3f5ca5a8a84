namespace HaWeb.Core.Effects;

/// <summary>Times at which parts of a machine want to be woken.</summary>
public static class Earliest
{
    /// <summary>The earliest of them; null when there is none.</summary>
    public static DateTimeOffset? Of(params ReadOnlySpan<DateTimeOffset?> times)
    {
        DateTimeOffset? earliest = null;
        foreach (var time in times)
        {
            if (earliest is null || time < earliest)
            {
                earliest = time ?? earliest;
            }
        }

        return earliest;
    }
}
