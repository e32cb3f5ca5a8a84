using System.Net;
using CsCheck;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;
using HaWeb.Runtime.Templates;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>Whoever writes into the store, or a unit file, says what a value is and nothing else: in both writers' configs, and in what templates make.</summary>
public sealed class HostileValueTests
{
    private const int Values = 10_000;

    // Puts every text in that a template can ask for, bare, as a careless one would.
    private const string Careless = """
        {% for service in services %}
        upstream {{ service.upstream }} { {% for backend in service.backends %}
            server {{ backend.endpoint }} weight={{ backend.weight }}; set_name {{ backend.name }}; set_address {{ backend.address }}; {% endfor %}
        }
        {% endfor %}
        {% for host in hosts %} server { names {{ host.names | join: " " }}; {% for location in host.locations %} location {{ location.path }} { pass {{ location.upstream }} {{ location.service }}; } {% endfor %} } {% endfor %}
        {% for place in listen %} listen {{ place.address }}:{{ place.port }}; {% endfor %}
        log {{ access_log }}; hash {{ hash_key }}; page {{ maintenance_page }}; tls {{ tls.certificate }} {{ tls.key }};
        """;

    private static readonly LoadBalancerOptions Plain = new()
    {
        Services = ["website"],
        Listen = [new ListenAddress("10.0.0.1", 80), new ListenAddress(null, 443)],
        ServerNames = ["www.example.org"],
        Locations = [new LocationRoute("/a", "other", UpstreamTuning.Default), new LocationRoute("/b", "third", UpstreamTuning.Default, "api.example.org")],
        Tls = new TlsFiles("/site.pem", "/site.pem.key"),
        Algorithm = BalancingAlgorithm.Hash,
        HashKey = new HashKey(HashKeyKind.Header, "X-Key"),
        RequestHeaders = [new HttpHeader("X-One", "one")],
        ResponseHeaders = [new HttpHeader("X-Two", "two")],
        AccessLog = "/var/log/some.log",
        MaintenancePage = "/page.html",
    };

    private static readonly NamedBackend Backend = new("nginx@1", new Backend(IPAddress.Parse("10.0.0.7"), 80));

    private readonly Dictionary<NamedBackend, IReadOnlyList<(string Name, IReadOnlyList<int> Counts)>> _plain = [];

    [Fact]
    public void No_value_of_the_store_reaches_a_config_but_as_what_it_is()
    {
        var seen = 0;
        HostileGen.Text.Sample(
            text =>
            {
                Interlocked.Increment(ref seen);
                var backend = Core.Discovery.Backend.TryParse(text, out _) ?? Backend.Backend;
                AssertSameStructure(Plain, new NamedBackend(text, backend));
            },
            iter: Values,
            threads: 1);
        Assert.InRange(seen, Values, int.MaxValue);
    }

    [Fact]
    public void No_option_reaches_a_config_but_as_what_it_is()
    {
        HostileGen.Text.Sample(
            text =>
            {
                foreach (var options in Places(text).Where(_ => text is not ("/" or "/b")))
                {
                    if (options.Check().Count > 0)
                    {
                        Assert.Throws<LoadBalancerRefusedException>(() => Config(options, Backend));
                    }
                    else
                    {
                        AssertSameStructure(options, Backend);
                    }
                }
            },
            iter: Values,
            threads: 1);
    }

    [Fact]
    public void The_words_are_told_apart_as_nginx_and_HAProxy_tell_them_apart()
    {
        Assert.Equal(["a", "\"b c;", ";", "d", "{", "e", "}"], ConfigWords.OfNginx("a \"b c;\"; # x ; y\nd{ e }"));
        Assert.Equal(["a", "b c#", "\n", "d", "e f", "\n"], ConfigWords.OfHAProxy("a \"b c#\" # x\n\n  d e\\ f"));
    }

    private static IEnumerable<LoadBalancerOptions> Places(string text) =>
    [
        Plain with { Services = [text] },
        Plain with { Listen = [new ListenAddress(text, 80), Plain.Listen[1]] },
        Plain with { ServerNames = [text] },
        Plain with { AccessLog = text },
        Plain with { MaintenancePage = text },
        Plain with { Tls = new TlsFiles(text, text) },
        Plain with { HashKey = new HashKey(HashKeyKind.Header, text) },
        Plain with { Locations = [Plain.Locations[0] with { Path = text }, Plain.Locations[1]] },
        Plain with { Locations = [Plain.Locations[0], Plain.Locations[1] with { Host = text }] },
        Plain with { RequestHeaders = [new HttpHeader(text, "one")] },
        Plain with { RequestHeaders = [new HttpHeader("X-One", text)] },
        Plain with { ResponseHeaders = [new HttpHeader("X-Two", text)] },
        Plain with { ConfigPath = text },
    ];

    /// <summary>Every directive has the words that it had, and there is none more.</summary>
    private void AssertSameStructure(LoadBalancerOptions options, NamedBackend backend)
    {
        // A weight and a word for a backup server are words that a value may have.
        var plain = Backend with { Backend = Backend.Backend with { Weight = backend.Backend.Weight, Backup = backend.Backend.Backup } };
        if (!_plain.TryGetValue(plain, out var wanted))
        {
            _plain.Add(plain, wanted = Structures(Config(Plain, plain)));
        }

        foreach (var ((name, expected), (_, actual)) in wanted.Zip(Structures(Config(options, backend))))
        {
            Assert.True(expected.SequenceEqual(actual), name);
        }
    }

    private static IReadOnlyList<(string Name, IReadOnlyList<int> Counts)> Structures(LoadBalancerConfig config) =>
    [
        ("nginx", Counts(ConfigWords.OfNginx(NginxWriter.Write(config)), ";{}")),
        ("HAProxy", Counts(ConfigWords.OfHAProxy(HAProxyWriter.Write(config)), "\n")),
        ("template", Counts(ConfigWords.OfNginx(Rendered(config)), ";{}")),
    ];

    // How many words each directive has, in any order: what is sorted by its text may stand elsewhere.
    private static List<int> Counts(IReadOnlyList<string> words, string marks)
    {
        var counts = new List<int> { 0 };
        foreach (var word in words)
        {
            if (word.Length == 1 && marks.Contains(word, StringComparison.Ordinal))
            {
                counts.Add(0);
            }
            else
            {
                counts[^1]++;
            }
        }

        counts.Sort();
        return counts;
    }

    private static string Rendered(LoadBalancerConfig config)
    {
        var text = new LiquidTemplates().Render(Careless, config, "", out var problem);
        Assert.Equal("", problem);
        return text!;
    }

    private static LoadBalancerConfig Config(LoadBalancerOptions options, NamedBackend backend) =>
        new(options, options.BalancedServices.ToDictionary(service => service, _ => (IReadOnlyList<NamedBackend>)[backend]), 1);
}
