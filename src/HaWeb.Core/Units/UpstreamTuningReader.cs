namespace HaWeb.Core.Units;

/// <summary>Reads the settings of <see cref="UpstreamTuning"/>, which stand in <c>[X-HaWeb]</c> and on its Location lines.</summary>
internal static class UpstreamTuningReader
{
    public static readonly string[] Keys = ["ConnectTimeout", "ReadTimeout", "MaxFails", "FailTimeout", "Keepalive"];

    public static UpstreamTuning Change(UpstreamTuning tuning, string key, UnitOption option, string text, OptionValues values) => key switch
    {
        "ConnectTimeout" => tuning with { ConnectTimeout = values.Time(option, text) ?? tuning.ConnectTimeout },
        "ReadTimeout" => tuning with { ReadTimeout = values.Time(option, text) ?? tuning.ReadTimeout },
        "MaxFails" => tuning with { MaxFails = values.Integer(option, text, 0) ?? tuning.MaxFails },
        "FailTimeout" => tuning with { FailTimeout = values.Time(option, text) ?? tuning.FailTimeout },
        _ => tuning with { Keepalive = values.Integer(option, text, 0, 65535) ?? tuning.Keepalive },
    };
}
