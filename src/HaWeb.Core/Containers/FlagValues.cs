using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using HaWeb.Core.Units;

namespace HaWeb.Core.Containers;

/// <summary>Reads the values of docker's flags; all methods throw <see cref="FlagValueException"/> when the text is malformed.</summary>
internal static partial class FlagValues
{
    private static readonly string[] UlimitNames =
    [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack",
    ];

    public static bool Boolean(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FlagValueException($"'{text}' is neither true nor false."),
    };

    public static long Integer(string text, long minimum = long.MinValue, long maximum = long.MaxValue) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw new FlagValueException($"'{text}' is not a whole number{(minimum == long.MinValue ? "" : maximum == long.MaxValue ? $" of {minimum} or more" : $" from {minimum} to {maximum}")}.");

    /// <summary>Bytes, with a unit such as <c>512m</c> or <c>1.5g</c>.</summary>
    public static long Bytes(string text)
    {
        var match = BytesForm().Match(text);
        if (!match.Success || !decimal.TryParse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            throw new FlagValueException($"'{text}' is not a size.", "Write for example 512m or 1g.");
        }

        var power = "kmgtp".IndexOf(match.Groups["unit"].Value.ToLowerInvariant(), StringComparison.Ordinal) + 1;
        var factor = match.Groups["unit"].Length == 0 ? 1 : 1L << (10 * power);
        var bytes = number * factor;
        return bytes <= long.MaxValue ? (long)bytes : throw new FlagValueException($"'{text}' is too large.");
    }

    /// <summary>Bytes, or -1 for no limit.</summary>
    public static long BytesOrUnlimited(string text) => text == "-1" ? -1 : Bytes(text);

    /// <summary>Processors, <c>1.5</c>, in billionths.</summary>
    public static long NanoCpus(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpus) && cpus is >= 0 and <= 1_000_000 && (cpus * 1_000_000_000) % 1 == 0
            ? (long)(cpus * 1_000_000_000)
            : throw new FlagValueException($"'{text}' is not a number of processors.", "Write for example 0.5 or 2.");

    /// <summary>A duration, <c>1m30s</c>; zero stands for the default and gives null.</summary>
    public static TimeSpan? Duration(string text) =>
        text == "0" ? null
        : DurationForm().IsMatch(text) && SystemdSpan.TryParse(text, out var span) ? (span == TimeSpan.Zero ? null : span)
        : throw new FlagValueException($"'{text}' is not a duration.", "Write for example 500ms, 30s or 1m30s.");

    /// <summary>The name of a container.</summary>
    public static string Name(string text) => NameForm().IsMatch(text)
        ? text
        : throw new FlagValueException($"'{text}' is not a container's name.", "Use letters, digits, '_', '.' and '-', two or more, starting with a letter or digit.");

    public static string NotEmpty(string text) => text.Length > 0 ? text : throw new FlagValueException("the value is empty.");

    public static string IpAddress(string text) => IpText.IsAddress(text) ? text : throw new FlagValueException($"'{text}' is not an IP address.");

    public static string AbsolutePath(string text) => text.StartsWith('/') ? text : throw new FlagValueException($"'{text}' is not an absolute path.");

    /// <summary>docker takes signals in small letters too.</summary>
    public static string SignalOf(string text) => SignalName.TryParse(text.ToUpperInvariant(), out var signal) ? SignalName.Of(signal) : throw new FlagValueException($"'{text}' is not a signal.", SignalName.Suggest(text));

    /// <summary><c>key=value</c>, or where allowed a key alone.</summary>
    public static KeyValuePair<string, string> Pair(string text, bool valueRequired)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (text.Length == 0 || equals == 0 || (equals < 0 && valueRequired))
        {
            throw new FlagValueException($"'{text}' is not key=value.");
        }

        return equals < 0 ? new(text, "") : new(text[..equals], text[(equals + 1)..]);
    }

    public static EnvironmentVariable Variable(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (text.Length == 0 || equals == 0)
        {
            throw new FlagValueException($"'{text}' does not set a variable.", "Write NAME=value, or NAME to pass on the unit's own.");
        }

        return equals < 0 ? new(text, null) : new(text[..equals], text[(equals + 1)..]);
    }

    public static ResourceLimit Ulimit(string text)
    {
        var pair = Pair(text, valueRequired: true);
        if (!UlimitNames.Contains(pair.Key, StringComparer.Ordinal))
        {
            throw new FlagValueException($"'{pair.Key}' is not a limit.", Nearest.Suggest(pair.Key, UlimitNames));
        }

        var parts = pair.Value.Split(':');
        var soft = Integer(parts[0], -1);
        var hard = parts.Length == 1 ? soft : Integer(parts[1], -1);
        return parts.Length <= 2 && (hard == -1 || (soft != -1 && soft <= hard))
            ? new ResourceLimit(pair.Key, soft, hard)
            : throw new FlagValueException($"'{text}' is not name=soft:hard with a soft limit up to the hard one.");
    }

    public static DeviceMapping Device(string text)
    {
        var parts = text.Split(':');
        var permissions = parts.Length > 1 && parts[^1].Length > 0 && parts[^1].All(c => c is 'r' or 'w' or 'm') ? parts[^1] : null;
        var paths = permissions is null ? parts : parts[..^1];
        return paths.Length is 1 or 2
            ? new DeviceMapping(AbsolutePath(paths[0]), AbsolutePath(paths[^1]), permissions ?? "rwm")
            : throw new FlagValueException($"'{text}' is not a device.", "Write for example /dev/sda:/dev/xvda:rwm.");
    }

    /// <summary><c>name:address</c> (or with <c>=</c>), given back with the colon.</summary>
    public static string ExtraHost(string text)
    {
        var separator = text.IndexOfAny([':', '=']);
        if (separator <= 0)
        {
            throw new FlagValueException($"'{text}' is not name:address.");
        }

        var address = text[(separator + 1)..];
        var bare = address.StartsWith('[') && address.EndsWith(']') ? address[1..^1] : address;
        return $"{text[..separator]}:{(bare == "host-gateway" ? bare : IpAddress(bare))}";
    }

    /// <summary>A container's name, with or without a name by which it is known: <c>db</c>, <c>db:database</c>.</summary>
    public static string Link(string text)
    {
        var parts = text.Split(':');
        return parts.Length > 2 || parts.Any(part => part.Length == 0)
            ? throw new FlagValueException($"'{text}' is not a link.", "Write name or name:alias.")
            : text;
    }

    /// <summary>A subnet, <c>10.1.0.0/16</c>.</summary>
    public static string Subnet(string text)
    {
        SubnetOf(text);
        return text;
    }

    public static IPNetwork SubnetOf(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IpText.IsAddress(text[..slash]) || !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
        {
            throw new FlagValueException($"'{text}' is not a subnet.", "Write for example 10.1.0.0/16.");
        }

        var bytes = IPAddress.Parse(text[..slash]).GetAddressBytes();
        if (bits > bytes.Length * 8)
        {
            throw new FlagValueException($"'{text}' is not a subnet.", "Write for example 10.1.0.0/16.");
        }

        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), bits);
    }

    public static ObjectKind Kind(string text) => text switch
    {
        "container" => ObjectKind.Container,
        "image" => ObjectKind.Image,
        "network" => ObjectKind.Network,
        "volume" => ObjectKind.Volume,
        _ => throw new FlagValueException($"'{text}' is none of container, image, network, volume."),
    };

    public static string Stream(string text) => text.ToLowerInvariant() is var stream and ("stdin" or "stdout" or "stderr")
        ? stream
        : throw new FlagValueException($"'{text}' is none of stdin, stdout, stderr.");

    public static PullPolicy Pull(string text) => text switch
    {
        "always" => PullPolicy.Always,
        "missing" => PullPolicy.Missing,
        "never" => PullPolicy.Never,
        _ => throw new FlagValueException($"'{text}' is none of always, missing, never."),
    };

    [GeneratedRegex(@"\A(?<number>[0-9]{1,13}(\.[0-9]{1,9})?) ?(?<unit>[kKmMgGtTpP])?[iI]?[bB]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BytesForm();

    [GeneratedRegex(@"\A(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:us|µs|ms|s|m|h))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex DurationForm();

    [GeneratedRegex(@"\A/?[a-zA-Z0-9][a-zA-Z0-9_.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
