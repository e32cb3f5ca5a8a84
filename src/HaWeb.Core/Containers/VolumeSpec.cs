using System.Text.RegularExpressions;

namespace HaWeb.Core.Containers;

/// <summary>Reads what <c>-v</c>, <c>--mount</c> and <c>--tmpfs</c> take.</summary>
internal static partial class VolumeSpec
{
    private static readonly string[] VolumeOptions =
    [
        "ro", "rw", "z", "Z", "nocopy", "cached", "delegated", "consistent", "shared", "rshared", "slave", "rslave", "private", "rprivate",
    ];

    /// <summary>Adds a <c>-v</c>: <c>target</c>, or <c>source:target[:options]</c>.</summary>
    public static ContainerSpec AddVolume(ContainerSpec spec, string text)
    {
        var parts = text.Split(':');
        if (parts.Length == 1)
        {
            return spec with { AnonymousVolumes = [.. spec.AnonymousVolumes, Target(text)] };
        }

        if (parts.Length > 3)
        {
            throw new FlagValueException($"'{text}' is not a volume.", "Write source:target, or source:target:ro.");
        }

        if (!parts[0].StartsWith('/') && !VolumeName().IsMatch(parts[0]))
        {
            throw new FlagValueException($"'{parts[0]}' is neither an absolute path nor a volume's name.");
        }

        Target(parts[1]);
        if (parts.Length == 3 && parts[2].Split(',').FirstOrDefault(option => !VolumeOptions.Contains(option, StringComparer.Ordinal)) is { } unknown)
        {
            throw new FlagValueException($"'{unknown}' is not an option of a volume.", "Use ro or rw.");
        }

        return spec with { Binds = [.. spec.Binds, text] };
    }

    /// <summary>Reads a <c>--tmpfs</c>: <c>target[:options]</c>.</summary>
    public static KeyValuePair<string, string> Tmpfs(string text)
    {
        var parts = text.Split(':', 2);
        return new(Target(parts[0]), parts.Length == 2 ? parts[1] : "");
    }

    /// <summary>Reads a <c>--mount</c>: <c>type=bind,source=/a,target=/b,readonly</c>.</summary>
    public static ContainerMount Mount(string text)
    {
        var mount = new ContainerMount("volume", "", "");
        foreach (var field in CsvFields.Split(text))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
            var value = equals < 0 ? "true" : field[(equals + 1)..];
            mount = key switch
            {
                "type" => mount with { Type = value.ToLowerInvariant() },
                "source" or "src" => mount with { Source = value },
                "target" or "dst" or "destination" => mount with { Target = Target(value) },
                "readonly" or "ro" => mount with { IsReadOnly = FlagValues.Boolean(value) },
                "bind-propagation" => mount with { Propagation = value },
                "bind-nonrecursive" => mount with { IsNonRecursive = FlagValues.Boolean(value) },
                "consistency" => mount with { Consistency = value.ToLowerInvariant() },
                "volume-driver" => mount with { VolumeDriver = value },
                "volume-opt" => mount with { VolumeOptions = [.. mount.VolumeOptions, FlagValues.Pair(value, valueRequired: false)] },
                "volume-label" => mount with { VolumeLabels = [.. mount.VolumeLabels, FlagValues.Pair(value, valueRequired: false)] },
                "volume-nocopy" => mount with { NoCopy = FlagValues.Boolean(value) },
                "tmpfs-size" => mount with { TmpfsSize = FlagValues.Bytes(value) },
                "tmpfs-mode" => mount with { TmpfsMode = Octal(value) },
                _ => throw new FlagValueException($"'{key}' is not a field of a mount that HaWeb knows."),
            };
        }

        return Check(mount, text);
    }

    private static ContainerMount Check(ContainerMount mount, string text)
    {
        if (mount.Target.Length == 0)
        {
            throw new FlagValueException($"'{text}' has no target.");
        }

        return mount.Type switch
        {
            "bind" when mount.Source.StartsWith('/') => mount,
            "bind" => throw new FlagValueException($"'{mount.Source}' is not an absolute path to bind."),
            "volume" when mount.Source.Length == 0 || VolumeName().IsMatch(mount.Source) => mount,
            "volume" => throw new FlagValueException($"'{mount.Source}' is not a volume's name.", "Write type=bind to mount a folder."),
            "tmpfs" when mount.Source.Length == 0 => mount,
            "tmpfs" => throw new FlagValueException("a tmpfs has no source."),
            _ => throw new FlagValueException($"'{mount.Type}' is none of bind, volume, tmpfs."),
        };
    }

    private static string Target(string text) =>
        text.StartsWith('/') && text.Trim('/').Length > 0 ? text : throw new FlagValueException($"'{text}' is not an absolute path below the root.");

    private static int Octal(string text) =>
        text.Length is > 0 and <= 5 && text.All(c => c is >= '0' and <= '7') ? text.Aggregate(0, (mode, digit) => (mode * 8) + digit - '0')
            : throw new FlagValueException($"'{text}' is not a mode such as 1777.");

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VolumeName();
}
