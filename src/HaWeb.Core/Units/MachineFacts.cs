namespace HaWeb.Core.Units;

/// <summary>What specifiers and timers can ask of the machine that a unit runs on.</summary>
/// <param name="MachineId">Its machine id (<c>%m</c>).</param>
/// <param name="BootId">The id of its present boot (<c>%b</c>).</param>
/// <param name="HostName">Its host name (<c>%H</c>, and <c>%l</c> up to the first dot).</param>
/// <param name="KernelRelease">Its kernel release (<c>%v</c>).</param>
/// <param name="Architecture">Its architecture as systemd names it, <c>x86-64</c> (<c>%a</c>).</param>
/// <param name="OsRelease">The fields of its /etc/os-release (<c>%o %w %W %B %A %M</c>); a field that is not there gives an empty text.</param>
public sealed record MachineFacts(
    string MachineId,
    string BootId,
    string HostName,
    string KernelRelease,
    string Architecture,
    IReadOnlyDictionary<string, string> OsRelease)
{
    /// <summary>When its present boot was; null where nothing says so.</summary>
    public DateTimeOffset? BootedAt { get; init; }

    /// <summary>The time zone of its clock, which calendar events without a zone go by.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
}
