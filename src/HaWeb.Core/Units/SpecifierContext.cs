using System.Text;

namespace HaWeb.Core.Units;

/// <summary>What <c>%</c> specifiers stand for in the unit files of one unit, on one machine or before a machine is known.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Machine">Its machine; null while none is known, for example when a unit is submitted.</param>
public sealed record SpecifierContext(UnitName Unit, MachineFacts? Machine = null)
{
    private const string OfMachine = "mbHlvaowWBAM";

    /// <summary>Whether this letter after <c>%</c> is a specifier whose value depends on the machine.</summary>
    public static bool DependsOnMachine(char specifier) => OfMachine.Contains(specifier, StringComparison.Ordinal);

    /// <summary>What a specifier stands for; null when there is none of this letter, or when the machine is not known.</summary>
    /// <param name="specifier">The letter after <c>%</c>.</param>
    public string? Resolve(char specifier) => specifier switch
    {
        '%' => "%",
        'n' => Unit.FullName,
        'N' => Unit.NameWithoutSuffix,
        'p' => Unit.Prefix,
        'P' => Unescape(Unit.Prefix),
        'i' => Unit.Instance,
        'I' => Unescape(Unit.Instance),
        'j' => LastPart(Unit.Prefix),
        'J' => Unescape(LastPart(Unit.Prefix)),
        'f' => PathOf(Unit.IsInstance ? Unit.Instance : Unit.Prefix),
        't' => "/run",
        'S' => "/var/lib",
        'C' => "/var/cache",
        'L' => "/var/log",
        'E' => "/etc",
        'T' => "/tmp",
        'V' => "/var/tmp",
        'h' => "/root",
        's' => "/bin/sh",
        'u' or 'g' => "root",
        'U' or 'G' => "0",
        _ => Machine is null ? null : ResolveOn(Machine, specifier),
    };

    private static string? ResolveOn(MachineFacts machine, char specifier) => specifier switch
    {
        'm' => machine.MachineId,
        'b' => machine.BootId,
        'H' => machine.HostName,
        'l' => machine.HostName.Split('.')[0],
        'v' => machine.KernelRelease,
        'a' => machine.Architecture,
        'o' => OsField(machine, "ID"),
        'w' => OsField(machine, "VERSION_ID"),
        'W' => OsField(machine, "VARIANT_ID"),
        'B' => OsField(machine, "BUILD_ID"),
        'A' => OsField(machine, "IMAGE_VERSION"),
        'M' => OsField(machine, "IMAGE_ID"),
        _ => null,
    };

    private static string OsField(MachineFacts machine, string field) => machine.OsRelease.GetValueOrDefault(field, "");

    private static string LastPart(string prefix) => prefix[(prefix.LastIndexOf('-') + 1)..];

    private static string PathOf(string escaped) => escaped == "-" ? "/" : "/" + Unescape(escaped).TrimStart('/');

    /// <summary>systemd's escaping of names undone: <c>-</c> is a slash, <c>\x2d</c> the byte 2d. A text that is not escaped properly stays as it is.</summary>
    private static string Unescape(string escaped)
    {
        var bytes = new List<byte>(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                bytes.Add(escaped[i] == '-' ? (byte)'/' : (byte)escaped[i]);
            }
            else if (i + 3 < escaped.Length && escaped[i + 1] == 'x' && char.IsAsciiHexDigit(escaped[i + 2]) && char.IsAsciiHexDigit(escaped[i + 3]))
            {
                bytes.Add(Convert.FromHexString(escaped.AsSpan(i + 2, 2))[0]);
                i += 3;
            }
            else
            {
                return escaped;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
