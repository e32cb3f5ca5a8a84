namespace HaWeb.Core.Scheduling;

/// <summary>A port on a machine.</summary>
/// <param name="Address">The address that it is bound to, or null for all of the machine's.</param>
/// <param name="Number">The port, 1 to 65535.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
public readonly record struct HostPort(string? Address, int Number, string Protocol)
{
    /// <summary>Whether two units that publish these cannot both run on one machine.</summary>
    public bool Overlaps(HostPort other) =>
        Number == other.Number && Protocol == other.Protocol && (Address is null || other.Address is null || Address == other.Address);

    /// <summary>As docker writes it: <c>80/tcp</c> or <c>10.0.0.1:80/tcp</c>.</summary>
    public override string ToString() => Address is null ? $"{Number}/{Protocol}" : $"{Address}:{Number}/{Protocol}";
}
