using System.Runtime.InteropServices;

namespace HaWeb.Runtime.Agent;

/// <summary>
/// The time of day when the process began, carried on by a clock that nobody sets and that counts the time a machine is suspended. A step of the system's
/// clock would otherwise look like leases that ran out, or like time that stood still.
/// </summary>
public sealed class MachineClock : TimeProvider
{
    private const int BootTime = 7;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly DateTimeOffset _start;
    private readonly long _startTimestamp;

    /// <summary>Makes one that agrees with the system's clock now.</summary>
    public MachineClock()
    {
        _start = DateTimeOffset.UtcNow;
        _startTimestamp = GetTimestamp();
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => OperatingSystem.IsLinux() ? NanosecondsPerSecond : System.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        if (!OperatingSystem.IsLinux())
        {
            return System.GetTimestamp();
        }

        return GetTime(BootTime, out var time) == 0
            ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds
            : throw new InvalidOperationException("The kernel has no CLOCK_BOOTTIME.");
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + GetElapsedTime(_startTimestamp);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out KernelTime time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct KernelTime
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
