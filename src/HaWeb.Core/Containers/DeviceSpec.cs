namespace HaWeb.Core.Containers;

/// <summary>Reads what <c>--gpus</c>, <c>--device-read-bps</c> and their like take.</summary>
internal static class DeviceSpec
{
    /// <summary>Reads <c>all</c>, <c>2</c>, or <c>device=0,capabilities=utility</c>.</summary>
    public static GpuRequest Gpus(string text)
    {
        var request = new GpuRequest();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in CsvFields.Split(text))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? ("count", field) : (field[..equals], field[(equals + 1)..]);
            if (!seen.Add(key))
            {
                throw new FlagValueException($"'{key}' is given twice.");
            }

            request = key switch
            {
                "count" => request with { Count = value == "all" ? -1 : FlagValues.Integer(value, 0, int.MaxValue) },
                "driver" => request with { Driver = value },
                "device" => request with { Ids = value.Split(',') },
                "capabilities" => request with { Capabilities = [.. value.Split(','), "gpu"] },
                "options" => request with { Options = [.. CsvFields.Split(value).Select(option => FlagValues.Pair(option, valueRequired: false))] },
                _ => throw new FlagValueException($"'{key}' is none of count, driver, device, capabilities, options.", "Write for example all, 2 or device=0."),
            };
        }

        return seen.Contains("count") || seen.Contains("device") ? request : request with { Count = 1 };
    }

    /// <summary>Reads <c>/dev/sda:1mb</c>.</summary>
    public static DeviceRate Bytes(string text) => Rate(text, FlagValues.Bytes);

    /// <summary>Reads <c>/dev/sda:1000</c>.</summary>
    public static DeviceRate Operations(string text) => Rate(text, value => FlagValues.Integer(value, 0));

    /// <summary>Reads <c>/dev/sda:500</c>.</summary>
    public static DeviceRate Weight(string text) => Rate(text, value => FlagValues.Integer(value, 0, 1000) is var weight and (0 or >= 10)
        ? weight
        : throw new FlagValueException($"'{value}' is not a weight from 10 to 1000."));

    private static DeviceRate Rate(string text, Func<string, long> read)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && text.StartsWith("/dev/", StringComparison.Ordinal)
            ? new DeviceRate(text[..colon], read(text[(colon + 1)..]))
            : throw new FlagValueException($"'{text}' is not a device with a value.", "Write for example /dev/sda:1mb.");
    }
}
