using System.Net;
using HaWeb.Core.Discovery;

namespace HaWeb.Core.Units;

/// <summary>Reads and checks <c>[X-HaWeb]</c>.</summary>
internal sealed class HaWebOptionsReader
{
    public const string Section = "X-HaWeb";

    /// <summary>The names of the section's options.</summary>
    public static IReadOnlySet<string> Keys { get; } =
        new HaWebOptionsReader(UnitName.Parse("any.service"), new OptionProblems())._readers.Keys.ToHashSet(StringComparer.Ordinal);

    private static readonly string[] BackendKeys = ["Port", "Weight", "Backup", "DrainTimeout"];

    private static readonly Dictionary<string, IsolationAction> IsolationActions = new(StringComparer.Ordinal)
    {
        ["keep"] = IsolationAction.Keep,
        ["stop"] = IsolationAction.Stop,
    };

    private readonly UnitName _name;
    private readonly OptionProblems _problems;
    private readonly OptionValues _values;
    private readonly Dictionary<string, Action<UnitOption, string>> _readers;
    private readonly Dictionary<string, UnitOption> _seen = new(StringComparer.Ordinal);
    private readonly BalancerOptionsReader _balancer;
    private HaWebOptions _options = new();

    public HaWebOptionsReader(UnitName name, OptionProblems problems)
    {
        _name = name;
        _problems = problems;
        _values = new OptionValues(problems);
        _balancer = new BalancerOptionsReader(problems, _values);
        _readers = new Dictionary<string, Action<UnitOption, string>>(StringComparer.Ordinal)
        {
            ["Service"] = (option, text) => _options = _options with { Service = _values.ServiceName(option, text) },
            ["Port"] = (option, text) => _options = _options with { Port = _values.Integer(option, text, 1, 65535) },
            ["HealthCheck"] = ReadHealthCheck,
            ["HealthInterval"] = (option, text) => _options = _options with { HealthInterval = _values.Time(option, text) ?? _options.HealthInterval },
            ["HealthTimeout"] = (option, text) => _options = _options with { HealthTimeout = _values.Time(option, text) ?? _options.HealthTimeout },
            ["HealthRise"] = (option, text) => _options = _options with { HealthRise = _values.Integer(option, text, 1, 1000) ?? 1 },
            ["HealthFall"] = (option, text) => _options = _options with { HealthFall = _values.Integer(option, text, 1, 1000) ?? 1 },
            ["Weight"] = (option, text) => _options = _options with { Weight = _values.Integer(option, text, 1, Backend.MaxWeight) ?? 1 },
            ["Backup"] = (option, text) => _options = _options with { IsBackup = _values.Boolean(option, text) ?? false },
            ["DrainTimeout"] = (option, text) => _options = _options with { DrainTimeout = _values.Time(option, text, zeroAllowed: true) ?? _options.DrainTimeout },
            ["VirtualIP"] = ReadVirtualAddress,
            ["OnIsolation"] = (option, text) => _options = _options with { OnIsolation = _values.Choice(option, text, IsolationActions) ?? default },
            ["Spread"] = (option, text) => _options = _options with { Spread = Word(option, text) },
            ["MaxRestarts"] = (option, text) => _options = _options with { MaxRestarts = _values.Integer(option, text, 1) ?? 1 },
            ["RestartWindow"] = (option, text) => _options = _options with { RestartWindow = _values.Time(option, text) ?? _options.RestartWindow },
            ["Relocate"] = (option, text) => _options = _options with { Relocate = _values.Boolean(option, text) ?? true },
        };
        foreach (var (key, read) in _balancer.Readers)
        {
            _readers[key] = read;
        }
    }

    public HaWebOptions Read(UnitFile file)
    {
        foreach (var option in file.Section(Section))
        {
            ReadOption(option);
        }

        _options = _balancer.Complete(_options);
        CheckCombinations();
        return _options;
    }

    private void ReadOption(UnitOption option)
    {
        var text = Specifiers.ExpandName(option.Text, _name).Trim();
        if (!_readers.TryGetValue(option.Name, out var read))
        {
            _problems.Error(option, $"[{Section}] has no option {option.Name}.", UnknownOption.Suggest(option, _readers.Keys));
        }
        else if (text.Length == 0)
        {
            _problems.Error(option, $"{option.Name} has an empty value.", "Remove it, or give it a value.");
        }
        else if (!_seen.TryAdd(option.Name, option) && !BalancerOptionsReader.RepeatedKeys.Contains(option.Name, StringComparer.Ordinal))
        {
            _problems.Error(option, $"{option.Name} is given twice; it stands on line {_seen[option.Name].Line} too.", "Remove one of them.");
        }
        else
        {
            read(option, text);
        }
    }

    private void ReadHealthCheck(UnitOption option, string text)
    {
        if (HealthCheck.TryParse(text, out var check, out var error))
        {
            _options = _options with { HealthCheck = check };
        }
        else
        {
            _problems.Error(option, error, "Write for example http://:80/healthz or tcp://:6379.");
        }
    }

    private void ReadVirtualAddress(UnitOption option, string text)
    {
        var parts = text.Split('/');
        if (parts.Length != 2 || !IpText.IsAddress(parts[0]))
        {
            _problems.Error(option, $"'{text}' is not an address with its network's prefix length.", "Write for example 10.99.0.100/24.");
        }
        else if (parts[0].Contains(':', StringComparison.Ordinal))
        {
            _problems.Error(option, $"'{parts[0]}' is an IPv6 address: balancers share IPv4 addresses only.", "Write for example 10.99.0.100/24.");
        }
        else if (_values.Integer(option, parts[1], 1, 32) is { } length)
        {
            _options = _options with { VirtualIP = new VirtualAddress(IPAddress.Parse(parts[0]).ToString(), length) };
        }
    }

    private string? Word(UnitOption option, string text)
    {
        if (OptionValues.IsPlain(text) && !text.Contains('/', StringComparison.Ordinal))
        {
            return text;
        }

        _problems.Error(option, $"'{text}' is not a metadata key.");
        return null;
    }

    private void CheckCombinations()
    {
        if (_options.LoadBalancer.Count == 0)
        {
            WarnWithout("LoadBalancer", _balancer.Readers.Keys.Where(key => key != "LoadBalancer").Append("VirtualIP"));
        }

        if (_options.Service is null)
        {
            WarnWithout("Service", BackendKeys);
        }

        if (_seen.TryGetValue(_options.TlsKey is null ? "TlsCertificate" : "TlsKey", out var half) && (_options.TlsCertificate is null) != (_options.TlsKey is null))
        {
            _problems.Error(half, "TlsCertificate and TlsKey belong together: one of them is missing.");
        }

        if (_options.RedirectToTls && _options.TlsCertificate is null)
        {
            _problems.Error(_seen["RedirectToTls"], "RedirectToTls needs a TlsCertificate.");
        }

        if (_options.Http2 is false && _options.TlsCertificate is null)
        {
            _problems.Warning(_seen["Http2"], "Http2 does nothing without a TlsCertificate.");
        }

        if (_options.Algorithm != BalancingAlgorithm.Hash && _seen.TryGetValue("HashKey", out var hashKey))
        {
            _problems.Warning(hashKey, "HashKey does nothing without Algorithm=hash.");
        }

        if (_options.Relocate is false)
        {
            foreach (var key in new[] { "MaxRestarts", "RestartWindow" })
            {
                if (_seen.TryGetValue(key, out var option))
                {
                    _problems.Warning(option, $"{key} does nothing with Relocate=false.");
                }
            }
        }

        if (_options.HealthTimeout > _options.HealthInterval && _seen.TryGetValue("HealthTimeout", out var timeout))
        {
            _problems.Warning(timeout, "HealthTimeout is longer than HealthInterval: probes follow each other later than that says.");
        }
    }

    private void WarnWithout(string needed, IEnumerable<string> keys)
    {
        // One that is there and wrong has its own error.
        if (_seen.ContainsKey(needed))
        {
            return;
        }

        foreach (var key in keys)
        {
            if (_seen.TryGetValue(key, out var option))
            {
                _problems.Warning(option, $"{key} does nothing without {needed}.");
            }
        }
    }
}
