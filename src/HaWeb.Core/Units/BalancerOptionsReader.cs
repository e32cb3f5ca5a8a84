namespace HaWeb.Core.Units;

/// <summary>Reads what <c>[X-HaWeb]</c> says of a balancer's config.</summary>
internal sealed class BalancerOptionsReader
{
    private static readonly Dictionary<string, BalancingAlgorithm> Algorithms = new(StringComparer.Ordinal)
    {
        ["round_robin"] = BalancingAlgorithm.RoundRobin,
        ["least_conn"] = BalancingAlgorithm.LeastConnections,
        ["ip_hash"] = BalancingAlgorithm.IpHash,
        ["random"] = BalancingAlgorithm.Random,
        ["random_two"] = BalancingAlgorithm.RandomTwo,
        ["hash"] = BalancingAlgorithm.Hash,
    };

    private static readonly Dictionary<string, EmptyServiceAnswer> EmptyAnswers = new(StringComparer.Ordinal)
    {
        ["503"] = EmptyServiceAnswer.Unavailable,
        ["keep"] = EmptyServiceAnswer.KeepLast,
    };

    private static readonly Dictionary<string, AccessLogFormat> LogFormats = new(StringComparer.Ordinal)
    {
        ["text"] = AccessLogFormat.Text,
        ["json"] = AccessLogFormat.Json,
    };

    private static readonly ListenAddress[] TlsPlaces = [new(null, 80), new(null, 443)];

    private readonly OptionProblems _problems;
    private readonly OptionValues _values;
    private readonly Dictionary<string, Action<UnitOption, string>> _readers;
    private readonly List<string> _services = [];
    private readonly List<ListenAddress> _listen = [];
    private readonly List<string> _serverNames = [];
    private readonly List<HttpHeader> _requestHeaders = [];
    private readonly List<HttpHeader> _responseHeaders = [];
    private readonly List<(UnitOption Option, IReadOnlyList<string> Words)> _locations = [];
    private HaWebOptions _options = new();

    public BalancerOptionsReader(OptionProblems problems, OptionValues values)
    {
        _problems = problems;
        _values = values;
        _readers = new Dictionary<string, Action<UnitOption, string>>(StringComparer.Ordinal)
        {
            ["LoadBalancer"] = AddServices,
            ["Listen"] = AddListen,
            ["ServerName"] = AddServerNames,
            ["Algorithm"] = (option, text) => _options = _options with { Algorithm = _values.Choice(option, text, Algorithms) ?? default },
            ["HashKey"] = ReadHashKey,
            ["ConfigPath"] = (option, text) => _options = _options with { ConfigPath = _values.FilePath(option, text) ?? _options.ConfigPath },
            ["Template"] = ReadTemplate,
            ["Location"] = (option, text) => _locations.Add((option, _values.Words(option, text, EscapeRule.Literal))),
            ["TlsCertificate"] = (option, text) => _options = _options with { TlsCertificate = _values.FilePath(option, text) },
            ["TlsKey"] = (option, text) => _options = _options with { TlsKey = _values.FilePath(option, text) },
            ["RedirectToTls"] = (option, text) => _options = _options with { RedirectToTls = _values.Boolean(option, text) ?? false },
            ["Http2"] = (option, text) => _options = _options with { Http2 = _values.Boolean(option, text) ?? true },
            ["WhenEmpty"] = (option, text) => _options = _options with { WhenEmpty = _values.Choice(option, text, EmptyAnswers) ?? default },
            ["MaintenancePage"] = (option, text) => _options = _options with { MaintenancePage = _values.FilePath(option, text) },
            ["Maintenance"] = (option, text) => _options = _options with { IsInMaintenance = _values.Boolean(option, text) ?? false },
            ["AccessLog"] = (option, text) => _options = _options with { AccessLog = _values.FilePath(option, text) },
            ["AccessLogFormat"] = (option, text) => _options = _options with { AccessLogFormat = _values.Choice(option, text, LogFormats) ?? default },
            ["RequestHeader"] = (option, text) => AddHeader(_requestHeaders, option, text),
            ["ResponseHeader"] = (option, text) => AddHeader(_responseHeaders, option, text),
            ["ClientMaxBody"] = (option, text) => Limit(limits => limits with { MaxBody = _values.Bytes(option, text) ?? limits.MaxBody }),
            ["ClientTimeout"] = (option, text) => Limit(limits => limits with { Timeout = _values.Time(option, text) ?? limits.Timeout }),
            ["ClientRate"] = (option, text) => Limit(limits => limits with { Rate = _values.Integer(option, text, 1) }),
            ["ClientConnections"] = (option, text) => Limit(limits => limits with { Connections = _values.Integer(option, text, 1) }),
        };
        foreach (var key in UpstreamTuningReader.Keys)
        {
            _readers[key] = (option, text) => _options = _options with { Tuning = UpstreamTuningReader.Change(_options.Tuning, key, option, text, _values) };
        }
    }

    /// <summary>The options that it reads.</summary>
    public IReadOnlyDictionary<string, Action<UnitOption, string>> Readers => _readers;

    /// <summary>The options that may be given more than once.</summary>
    public static IReadOnlyList<string> RepeatedKeys { get; } = ["LoadBalancer", "Listen", "ServerName", "Location", "RequestHeader", "ResponseHeader"];

    /// <summary>Options with what was read of the balancer.</summary>
    public HaWebOptions Complete(HaWebOptions others) => others with
    {
        LoadBalancer = _services,
        Listen = _listen.Count > 0 ? _listen : _options.TlsCertificate is null ? others.Listen : TlsPlaces,
        ServerName = _serverNames,
        Algorithm = _options.Algorithm,
        HashKey = _options.HashKey,
        ConfigPath = _options.ConfigPath,
        Template = _options.Template,
        Locations = [.. _locations.Select(location => ReadLocation(location.Option, location.Words)).OfType<LocationRoute>()],
        TlsCertificate = _options.TlsCertificate,
        TlsKey = _options.TlsKey,
        RedirectToTls = _options.RedirectToTls,
        Http2 = _options.Http2,
        Tuning = _options.Tuning,
        WhenEmpty = _options.WhenEmpty,
        MaintenancePage = _options.MaintenancePage,
        IsInMaintenance = _options.IsInMaintenance,
        AccessLog = _options.AccessLog,
        AccessLogFormat = _options.AccessLogFormat,
        RequestHeaders = _requestHeaders,
        ResponseHeaders = _responseHeaders,
        Client = _options.Client,
    };

    private void Limit(Func<ClientLimits, ClientLimits> change) => _options = _options with { Client = change(_options.Client) };

    private void AddServices(UnitOption option, string text)
    {
        foreach (var service in _values.Words(option, text, EscapeRule.Literal).Select(word => _values.ServiceName(option, word)).OfType<string>())
        {
            if (!_services.Contains(service, StringComparer.Ordinal))
            {
                _services.Add(service);
            }
        }
    }

    private void AddListen(UnitOption option, string text)
    {
        foreach (var word in _values.Words(option, text, EscapeRule.Literal))
        {
            if (ListenAddress.TryParse(word, out var listen, out var problem))
            {
                _listen.Add(listen);
            }
            else
            {
                _problems.Error(option, problem, "Write a port, or address:port, with /tls behind it where it speaks TLS.");
            }
        }
    }

    private void AddServerNames(UnitOption option, string text)
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

    private void AddHeader(List<HttpHeader> headers, UnitOption option, string text)
    {
        if (HttpHeader.TryParse(text, out var header))
        {
            headers.Add(header);
        }
        else
        {
            _problems.Error(option, $"'{text}' is not a header.", "Write for example X-Frame-Options: DENY.");
        }
    }

    private void ReadHashKey(UnitOption option, string text)
    {
        if (HashKey.TryParse(text, out var key))
        {
            _options = _options with { HashKey = key };
        }
        else
        {
            _problems.Error(option, $"'{text}' is nothing that a hash can go by.", "Write uri, address, host, header:NAME or cookie:NAME.");
        }
    }

    private void ReadTemplate(UnitOption option, string text)
    {
        if (text[0] is '/' or '.' || !ConfigTemplate.IsText(text))
        {
            _options = _options with { Template = _values.FilePath(option, text) is { } path ? new ConfigTemplate(path, null) : null };
            return;
        }

        // As it is written: its {% is no specifier, and its lines stay lines.
        var lines = option.Value.Split('\n').Select(line => line.TrimEnd('\r'));
        _options = _options with { Template = new ConfigTemplate(null, string.Join('\n', lines.Select(line => line.EndsWith('\\') ? line[..^1] : line)) + "\n") };
    }

    private LocationRoute? ReadLocation(UnitOption option, IReadOnlyList<string> words)
    {
        if (words.Count < 2 || !LocationRoute.TrySplit(words[0], out var host, out var path) || !OptionValues.IsPlain(words[0]))
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

        return _values.ServiceName(option, words[1]) is { } service ? new LocationRoute(path, service, tuning, host) : null;
    }
}
