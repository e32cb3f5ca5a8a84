using System.Net;
using HaWeb.Core.Discovery;

namespace HaWeb.Core.Units;

/// <summary>Reads and checks <c>[X-HaWeb]</c>.</summary>
internal sealed class HaWebOptionsReader
{
    public const string Section = "X-HaWeb";

    private static readonly string[] RepeatedKeys = ["LoadBalancer", "Listen", "ServerName", "Location"];
    private static readonly string[] BackendKeys = ["Port", "Weight", "Backup", "DrainTimeout"];

    private static readonly string[] BalancerKeys =
    [
        "Listen", "ServerName", "Algorithm", "ConfigPath", "Template", "Location", "TlsCertificate", "TlsKey", "RedirectToTls",
        "ConnectTimeout", "ReadTimeout", "MaxFails", "FailTimeout", "Keepalive", "WhenEmpty", "VirtualIP",
    ];

    private static readonly Dictionary<string, BalancingAlgorithm> Algorithms = new(StringComparer.Ordinal)
    {
        ["round_robin"] = BalancingAlgorithm.RoundRobin,
        ["least_conn"] = BalancingAlgorithm.LeastConnections,
        ["ip_hash"] = BalancingAlgorithm.IpHash,
        ["random"] = BalancingAlgorithm.Random,
    };

    private static readonly Dictionary<string, EmptyServiceAnswer> EmptyAnswers = new(StringComparer.Ordinal)
    {
        ["503"] = EmptyServiceAnswer.Unavailable,
        ["keep"] = EmptyServiceAnswer.KeepLast,
    };

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
    private readonly List<string> _balanced = [];
    private readonly List<ListenAddress> _listen = [];
    private readonly List<string> _serverNames = [];
    private readonly List<(UnitOption Option, IReadOnlyList<string> Words)> _locations = [];
    private HaWebOptions _options = new();

    public HaWebOptionsReader(UnitName name, OptionProblems problems)
    {
        _name = name;
        _problems = problems;
        _values = new OptionValues(problems);
        _readers = new Dictionary<string, Action<UnitOption, string>>(StringComparer.Ordinal)
        {
            ["Service"] = (option, text) => _options = _options with { Service = ServiceName(option, text) },
            ["Port"] = (option, text) => _options = _options with { Port = _values.Integer(option, text, 1, 65535) },
            ["HealthCheck"] = ReadHealthCheck,
            ["HealthInterval"] = (option, text) => _options = _options with { HealthInterval = _values.Time(option, text) ?? _options.HealthInterval },
            ["HealthTimeout"] = (option, text) => _options = _options with { HealthTimeout = _values.Time(option, text) ?? _options.HealthTimeout },
            ["HealthRise"] = (option, text) => _options = _options with { HealthRise = _values.Integer(option, text, 1, 1000) ?? 1 },
            ["HealthFall"] = (option, text) => _options = _options with { HealthFall = _values.Integer(option, text, 1, 1000) ?? 1 },
            ["Weight"] = (option, text) => _options = _options with { Weight = _values.Integer(option, text, 1, Backend.MaxWeight) ?? 1 },
            ["Backup"] = (option, text) => _options = _options with { IsBackup = _values.Boolean(option, text) ?? false },
            ["DrainTimeout"] = (option, text) => _options = _options with { DrainTimeout = _values.Time(option, text, zeroAllowed: true) ?? _options.DrainTimeout },
            ["LoadBalancer"] = (option, text) => AddServiceNames(option, text),
            ["Listen"] = ReadListen,
            ["ServerName"] = ReadServerName,
            ["Algorithm"] = (option, text) => _options = _options with { Algorithm = _values.Choice(option, text, Algorithms) ?? default },
            ["ConfigPath"] = (option, text) => _options = _options with { ConfigPath = FilePath(option, text) ?? _options.ConfigPath },
            ["Template"] = (option, text) => _options = _options with { Template = FilePath(option, text) },
            ["Location"] = (option, text) => _locations.Add((option, _values.Words(option, text, EscapeRule.Literal))),
            ["TlsCertificate"] = (option, text) => _options = _options with { TlsCertificate = FilePath(option, text) },
            ["TlsKey"] = (option, text) => _options = _options with { TlsKey = FilePath(option, text) },
            ["RedirectToTls"] = (option, text) => _options = _options with { RedirectToTls = _values.Boolean(option, text) ?? false },
            ["WhenEmpty"] = (option, text) => _options = _options with { WhenEmpty = _values.Choice(option, text, EmptyAnswers) ?? default },
            ["VirtualIP"] = ReadVirtualAddress,
            ["OnIsolation"] = (option, text) => _options = _options with { OnIsolation = _values.Choice(option, text, IsolationActions) ?? default },
            ["Spread"] = (option, text) => _options = _options with { Spread = Word(option, text) },
            ["MaxRestarts"] = (option, text) => _options = _options with { MaxRestarts = _values.Integer(option, text, 1) ?? 1 },
            ["RestartWindow"] = (option, text) => _options = _options with { RestartWindow = _values.Time(option, text) ?? _options.RestartWindow },
            ["Relocate"] = (option, text) => _options = _options with { Relocate = _values.Boolean(option, text) ?? true },
        };
        foreach (var key in UpstreamTuningReader.Keys)
        {
            _readers[key] = (option, text) => _options = _options with { Tuning = UpstreamTuningReader.Change(_options.Tuning, key, option, text, _values) };
        }
    }

    public HaWebOptions Read(UnitFile file)
    {
        foreach (var option in file.Section(Section))
        {
            ReadOption(option);
        }

        _options = _options with
        {
            LoadBalancer = _balanced,
            Listen = _listen.Count > 0 ? _listen : _options.Listen,
            ServerName = _serverNames,
            Locations = [.. _locations.Select(location => ReadLocation(location.Option, location.Words)).OfType<LocationRoute>()],
        };
        CheckCombinations();
        return _options;
    }

    private void ReadOption(UnitOption option)
    {
        var text = Specifiers.ExpandName(option.Text, _name).Trim();
        if (!_readers.TryGetValue(option.Name, out var read))
        {
            _problems.Error(option, $"[{Section}] has no option {option.Name}.", Nearest.Suggest(option.Name, _readers.Keys));
        }
        else if (text.Length == 0)
        {
            _problems.Error(option, $"{option.Name} has an empty value.", "Remove it, or give it a value.");
        }
        else if (!_seen.TryAdd(option.Name, option) && !RepeatedKeys.Contains(option.Name, StringComparer.Ordinal))
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

    private void AddServiceNames(UnitOption option, string text)
    {
        foreach (var service in _values.Words(option, text, EscapeRule.Literal).Select(word => ServiceName(option, word)).OfType<string>())
        {
            if (!_balanced.Contains(service, StringComparer.Ordinal))
            {
                _balanced.Add(service);
            }
        }
    }

    private void ReadListen(UnitOption option, string text)
    {
        foreach (var word in _values.Words(option, text, EscapeRule.Literal))
        {
            var colon = word.LastIndexOf(':');
            var address = colon < 0 ? null : word[..colon].TrimStart('[').TrimEnd(']');
            if (address is not null && !IpText.IsAddress(address))
            {
                _problems.Error(option, $"'{address}' is not an IP address.", "Write a port, or address:port.");
            }
            else if (_values.Integer(option, word[(colon + 1)..], 1, 65535) is { } port)
            {
                _listen.Add(new ListenAddress(address, port));
            }
        }
    }

    private void ReadServerName(UnitOption option, string text)
    {
        foreach (var word in _values.Words(option, text, EscapeRule.Literal))
        {
            if (word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '*'))
            {
                _serverNames.Add(word);
            }
            else
            {
                _problems.Error(option, $"'{word}' is not a host name.");
            }
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

    private LocationRoute? ReadLocation(UnitOption option, IReadOnlyList<string> words)
    {
        if (words.Count < 2 || !words[0].StartsWith('/') || !IsPlain(words[0]))
        {
            _problems.Error(option, $"'{option.Text}' is not a path and a service.", "Write for example /api backend.");
            return null;
        }

        var tuning = _options.Tuning;
        foreach (var word in words.Skip(2))
        {
            var parts = word.Split('=', 2);
            if (parts.Length == 2 && UpstreamTuningReader.Keys.Contains(parts[0], StringComparer.Ordinal))
            {
                tuning = UpstreamTuningReader.Change(tuning, parts[0], option, parts[1], _values);
            }
            else
            {
                _problems.Error(option, $"A Location has no setting '{word}'.", Nearest.Suggest(parts[0], UpstreamTuningReader.Keys));
            }
        }

        return ServiceName(option, words[1]) is { } service ? new LocationRoute(words[0], service, tuning) : null;
    }

    private string? ServiceName(UnitOption option, string text)
    {
        if (char.IsAsciiLetterOrDigit(text[0]) && text.Length <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return text;
        }

        _problems.Error(option, $"'{text}' is not a service's name.", "Use letters, digits, '-', '_' and '.'.");
        return null;
    }

    private string? FilePath(UnitOption option, string text)
    {
        if (text.StartsWith('/') && !text.EndsWith('/') && IsPlain(text))
        {
            return text;
        }

        _problems.Error(option, $"'{text}' is not an absolute path of a file.", "Use letters, digits and - _ . / only.");
        return null;
    }

    private string? Word(UnitOption option, string text)
    {
        if (IsPlain(text) && !text.Contains('/', StringComparison.Ordinal))
        {
            return text;
        }

        _problems.Error(option, $"'{text}' is not a metadata key.");
        return null;
    }

    // These texts go into nginx's config and into keys: nothing that means something there may be in them.
    private static bool IsPlain(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '~');

    private void CheckCombinations()
    {
        if (_options.LoadBalancer.Count == 0)
        {
            WarnWithout("LoadBalancer", BalancerKeys);
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

        if (_options.HealthTimeout > _options.HealthInterval && _seen.TryGetValue("HealthTimeout", out var timeout))
        {
            _problems.Warning(timeout, "HealthTimeout is longer than HealthInterval: probes follow each other later than that says.");
        }
    }

    private void WarnWithout(string needed, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (_seen.TryGetValue(key, out var option))
            {
                _problems.Warning(option, $"{key} does nothing without {needed}.");
            }
        }
    }
}
