using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaWeb.Core.Units;

namespace HaWeb.Runtime.Agent;

/// <summary>What this machine says of itself.</summary>
public static class LocalMachine
{
    // Bridges and pairs that container engines and hypervisors make: nobody elsewhere reaches this machine by their addresses.
    private static readonly string[] Inner = ["docker", "br-", "veth", "virbr", "cni", "flannel"];

    /// <summary>The id in /etc/machine-id, or null when there is none.</summary>
    public static string? ReadMachineId() => ReadLine("/etc/machine-id") is { Length: > 0 } id ? id : null;

    /// <summary>What specifiers and timers ask of the machine.</summary>
    /// <param name="machineId">The id that its agent goes by.</param>
    public static MachineFacts ReadFacts(string machineId) => new(
        machineId,
        ReadLine("/proc/sys/kernel/random/boot_id") ?? "",
        ReadLine("/proc/sys/kernel/hostname") ?? Environment.MachineName,
        ReadLine("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.Version.ToString(),
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x86-64",
            Architecture.X86 => "x86",
            Architecture.Arm64 => "arm64",
            Architecture.Arm => "arm",
            var other => other.ToString().ToLowerInvariant(),
        },
        ReadOsRelease())
    {
        BootedAt = BootTime(ReadLines("/proc/stat")),
        TimeZone = TimeZoneInfo.Local,
    };

    /// <summary>
    /// The address that the machine is reached at: that of the interface with the default route, else of the first one that is neither the loopback nor
    /// made by a container engine. Null when there is none.
    /// </summary>
    public static IPAddress? FindAddress()
    {
        var routed = DefaultInterface(ReadLines("/proc/net/route"));
        return NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus != OperationalStatus.Down && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .OrderBy(network => network.Name == routed ? 0 : Inner.Any(prefix => network.Name.StartsWith(prefix, StringComparison.Ordinal)) ? 2 : 1)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address).OrderBy(address => address.AddressFamily))
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork || !address.IsIPv6LinkLocal);
    }

    /// <summary>The interface of the default route with the lowest metric, from the lines of /proc/net/route.</summary>
    internal static string? DefaultInterface(IEnumerable<string> routes) => routes
        .Skip(1)
        .Select(line => line.Split('\t', StringSplitOptions.TrimEntries))
        .Where(fields => fields.Length > 7 && fields[1] == "00000000" && fields[7] == "00000000")
        .MinBy(fields => int.TryParse(fields[6], out var metric) ? metric : int.MaxValue)?[0];

    /// <summary>When the machine was booted, from the lines of /proc/stat; null when they do not say.</summary>
    internal static DateTimeOffset? BootTime(IEnumerable<string> stat) =>
        stat.FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal)) is { } line && long.TryParse(line.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static Dictionary<string, string> ReadOsRelease()
    {
        var path = File.Exists("/etc/os-release") ? "/etc/os-release" : "/usr/lib/os-release";
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in EnvironmentFile.Parse(string.Join('\n', ReadLines(path))))
        {
            fields[name] = value;
        }

        return fields;
    }

    private static string? ReadLine(string path) => ReadLines(path).FirstOrDefault()?.Trim();

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
