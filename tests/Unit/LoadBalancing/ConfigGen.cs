using System.Net;
using CsCheck;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>Generators of what a load balancer may be asked for.</summary>
internal static class ConfigGen
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    private static readonly Gen<string> Name =
        Gen.Select(Gen.Char[Letters + Digits], Gen.String[Gen.Char[Letters + Digits + "-_."], 0, 20], (first, rest) => first + rest);

    private static readonly Gen<string> Path =
        Gen.Select(Gen.Char[Letters], Gen.String[Gen.Char[Letters + Letters.ToUpperInvariant() + Digits + "-_./~"], 0, 30], (first, rest) => "/" + first + rest);

    private static readonly Gen<string> Host =
        Gen.Select(
            Gen.Bool.Select(star => star ? "*." : ""),
            Gen.String[Gen.Char[Letters + Digits + "-_"], 1, 60].Array[1, 4],
            (star, labels) => star + string.Join('.', labels));

    private static readonly Gen<TimeSpan> Time = Gen.Long[1, TimeSpan.TicksPerDay].Select(TimeSpan.FromTicks);

    private static readonly Gen<IPAddress> Address =
        Gen.OneOf(Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes)), Gen.Byte.Array[16].Select(bytes => new IPAddress(bytes)));

    public static readonly Gen<Backend> Backend =
        Gen.Select(Address, Gen.Int[1, 65535], Gen.Int[1, 1000], Gen.Bool, (address, port, weight, backup) => new Backend(address, port, weight, backup));

    public static readonly Gen<IReadOnlyList<NamedBackend>> Backends =
        Gen.Frequency((1, Gen.Const(0)), (6, Gen.Int[1, 6]), (1, Gen.Int[60, 300]))
            .SelectMany(count => Gen.Select(Name, Backend, (name, backend) => new NamedBackend(name, backend)).List[count])
            .Select(list => (IReadOnlyList<NamedBackend>)list);

    public static readonly Gen<LoadBalancerConfig> Config =
        Gen.Select(Options(), Backends.Array[4], Gen.Long[0, long.MaxValue], (options, backends, revision) => new LoadBalancerConfig(
            options,
            options.BalancedServices.Select((service, index) => (service, index)).ToDictionary(one => one.service, one => backends[one.index % 4]),
            revision));

    private static Gen<UpstreamTuning> Tuning() =>
        Gen.Select(Time, Time, Gen.Int[0, 1000], Time, Gen.Int[0, 10_000], (connect, read, fails, fail, keepalive) => new UpstreamTuning(connect, read, fails, fail, keepalive));

    /// <summary>The certificate that configs with TLS name, and its key is beside it: tests put it there.</summary>
    public const string Certificate = "/haweb-test/site.pem";

    /// <summary>The page that configs with a maintenance page name.</summary>
    public const string Page = "/haweb-test/maintenance.html";

    private static readonly Gen<string> HeaderName =
        Gen.Select(Gen.Char[Letters], Gen.String[Gen.Char[Letters + Letters.ToUpperInvariant() + Digits + "-"], 0, 63], (first, rest) => first + rest).Where(name => name.Length > 17);

    // Whatever is printable and taken: also what means something to nginx or HAProxy outside of quotes.
    private static readonly Gen<string> HeaderValue = Gen.String[Gen.Char[' ', '~'].Where(c => c is not ('"' or '\\' or '$')), 1, 200];

    private static readonly Gen<HttpHeader> Header = Gen.Select(HeaderName, HeaderValue, (name, value) => new HttpHeader(name, value));

    private static readonly Gen<HashKey> Key = Gen.OneOf(
        Gen.Const(HashKey.Uri),
        Gen.Const(new HashKey(HashKeyKind.Address)),
        Gen.Const(new HashKey(HashKeyKind.Host)),
        HeaderName.Select(name => new HashKey(HashKeyKind.Header, name)),
        Gen.String[Gen.Char[Letters + Digits + "_"], 1, 20].Select(name => new HashKey(HashKeyKind.Cookie, name)));

    private static readonly Gen<ClientLimits> Client = Gen.Select(
        Gen.Long[0, 2047L << 20], Time, Gen.Int[0, 65_535], Gen.Int[0, 65_535], (body, time, rate, connections) =>
            new ClientLimits(body, time, rate == 0 || rate % 2 == 0 ? null : rate, connections == 0 || connections % 2 == 0 ? null : connections));

    private static Gen<LoadBalancerOptions> Options() =>
        from basic in BasicOptions()
        from key in Key
        from client in Client
        from headers in Header.Array[0, 4]
        from answers in Header.Array[0, 4]
        from tls in Gen.Bool
        from redirect in Gen.Bool
        from http2 in Gen.Bool
        from page in Gen.Bool
        from maintenance in Gen.Int[0, 9]
        from json in Gen.Bool
        select basic with
        {
            HashKey = key,
            Client = client,
            RequestHeaders = [.. headers.DistinctBy(header => header.Name, StringComparer.OrdinalIgnoreCase)],
            ResponseHeaders = [.. answers.DistinctBy(header => header.Name, StringComparer.OrdinalIgnoreCase)],
            Tls = tls ? new TlsFiles(Certificate, Certificate + ".key") : null,
            Listen = tls ? [.. basic.Listen, new ListenAddress(null, 443), new ListenAddress("::", 1000, IsTls: true)] : basic.Listen,
            RedirectToTls = tls && redirect,
            Http2 = http2,
            MaintenancePage = page ? Page : null,
            IsInMaintenance = maintenance == 0,
            AccessLogFormat = json ? AccessLogFormat.Json : AccessLogFormat.Text,
        };

    private static Gen<LoadBalancerOptions> BasicOptions() =>
        from services in Name.HashSet[1, 3].Select(set => set.ToArray())
        from tuning in Tuning()
        from paths in Path.HashSet[0, 4].Select(set => set.ToArray())
        from times in Gen.Select(Time, Time).Array[8]
        from picks in Gen.Int[0, 2].Array[8]
        from ports in Gen.Int[1024, 65535].Array[1, 3]
        from names in Host.Array[0, 3]
        from hosts in Host.Array[2]
        from algorithm in Gen.Enum<BalancingAlgorithm>()
        let locations = paths
            .Select((path, index) => new LocationRoute(
                path, services[picks[index] % services.Length], tuning with { ConnectTimeout = times[index].Item1, ReadTimeout = times[index].Item2 }, index < 2 ? null : hosts[index - 2]))
            .ToArray()
        select new LoadBalancerOptions
        {
            Services = [.. services.Where((service, index) => index == 0 || locations.Any(location => location.Service == service))],
            Listen = [.. ports.Select((port, index) => new ListenAddress(index == 0 ? null : "127.0.0." + port % 200, port))],
            ServerNames = names,
            Algorithm = algorithm,
            Locations = locations,
            Tuning = tuning,
        };
}
