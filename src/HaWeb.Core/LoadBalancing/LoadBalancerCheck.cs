using System.Globalization;
using HaWeb.Core.Discovery;
using HaWeb.Core.Units;
using static HaWeb.Core.LoadBalancing.PlainText;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Checks what goes into a config, so strictly that nothing that passes can mean anything else to nginx.</summary>
internal static class LoadBalancerCheck
{
    private const int MaxNames = 100;
    private const int MaxFails = 1000;
    private const int MaxKeepalive = 10_000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    public static IReadOnlyList<LoadBalancerProblem> Of(LoadBalancerOptions options) =>
        [.. Services(options), .. Listen(options), .. ServerNames(options), .. Locations(options), .. Tunings(options), .. Rest(options), .. TlsCheck.Of(options), .. ClientSideCheck.Of(options)];

    public static LoadBalancerProblem? Of(Backend backend) =>
        backend.Port is < 1 or > 65535 ? new LoadBalancerProblem("Service", Invariant($"{backend.Port} is not a port from 1 to 65535."))
        : backend.Weight is < 1 or > Backend.MaxWeight ? new LoadBalancerProblem("Service", Invariant($"{backend.Weight} is not a weight from 1 to {Backend.MaxWeight}."))
        : HasScope(backend.Address) ? new LoadBalancerProblem("Service", $"{backend.Address} belongs to one interface: give an address that is reached by routing.")
        : null;

    private static IEnumerable<LoadBalancerProblem> Services(LoadBalancerOptions options)
    {
        if (options.Services.Count == 0)
        {
            yield return new LoadBalancerProblem("LoadBalancer", "There is no service to balance.");
        }

        foreach (var service in options.BalancedServices.Where(service => !IsService(service)))
        {
            yield return new LoadBalancerProblem("LoadBalancer", $"{Quoted(service)} is not a service's name: use letters, digits, '-', '_' and '.', at most {MaxNameLength}.");
        }

        foreach (var alike in options.BalancedServices.GroupBy(service => service, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return new LoadBalancerProblem("LoadBalancer", $"The services {string.Join(" and ", alike.Select(Quoted))} differ by case only, which nginx does not tell apart.");
        }

        foreach (var service in options.Services.Where(service => options.Routes.All(route => route.Service != service)))
        {
            yield return new LoadBalancerProblem("LoadBalancer", $"No path leads to the service {Quoted(service)}: the first service answers what no Location takes; give this one a Location.");
        }
    }

    private static IEnumerable<LoadBalancerProblem> Listen(LoadBalancerOptions options)
    {
        if (options.Listen.Count == 0)
        {
            yield return new LoadBalancerProblem("Listen", "There is no port to listen on.");
        }

        foreach (var listen in options.Listen)
        {
            if (listen.Port is < 1 or > 65535)
            {
                yield return new LoadBalancerProblem("Listen", Invariant($"{listen.Port} is not a port from 1 to 65535."));
            }

            if (listen.Address is not null && !IpText.IsAddress(listen.Address))
            {
                yield return new LoadBalancerProblem("Listen", $"{Quoted(listen.Address)} is not an IP address that can be listened on.");
            }
        }
    }

    private static IEnumerable<LoadBalancerProblem> ServerNames(LoadBalancerOptions options)
    {
        if (options.ServerNames.Count > MaxNames)
        {
            yield return new LoadBalancerProblem("ServerName", Invariant($"There are {options.ServerNames.Count} names; at most {MaxNames} are taken."));
        }

        foreach (var name in options.ServerNames.Where(name => !IsHost(name)))
        {
            yield return new LoadBalancerProblem("ServerName", $"{Quoted(name)} is not a host name; '*.example.org' and 'www.example.*' are the two places for a '*'.");
        }
    }

    private static IEnumerable<LoadBalancerProblem> Locations(LoadBalancerOptions options)
    {
        foreach (var path in options.Locations.Select(location => location.Path).Where(path => !IsPath(path)))
        {
            yield return new LoadBalancerProblem("Location", $"{Quoted(path)} is not a path: it starts with '/' and has letters, digits and - _ . / ~ only, at most {MaxPathLength}.");
        }

        foreach (var host in options.Locations.Select(location => location.Host).OfType<string>().Where(host => !IsHost(host)))
        {
            yield return new LoadBalancerProblem("Location", $"{Quoted(host)} is not a host name.");
        }

        foreach (var twice in options.Locations.GroupBy(location => (location.Host?.ToUpperInvariant(), location.Path)).Where(group => group.Count() > 1))
        {
            yield return new LoadBalancerProblem("Location", $"{Quoted(twice.First().Place)} is given twice.");
        }
    }

    private static IEnumerable<LoadBalancerProblem> Tunings(LoadBalancerOptions options)
    {
        foreach (var tuning in options.Routes.Select(route => route.Tuning).Distinct())
        {
            foreach (var (setting, time) in new[] { ("ConnectTimeout", tuning.ConnectTimeout), ("ReadTimeout", tuning.ReadTimeout), ("FailTimeout", tuning.FailTimeout) })
            {
                if (time <= TimeSpan.Zero || time > MaxTime)
                {
                    yield return new LoadBalancerProblem(setting, $"{time} is not a time above zero and up to a day.");
                }
            }

            if (tuning.MaxFails is < 0 or > MaxFails)
            {
                yield return new LoadBalancerProblem("MaxFails", Invariant($"{tuning.MaxFails} is not a number from 0 to {MaxFails}."));
            }

            if (tuning.Keepalive is < 0 or > MaxKeepalive)
            {
                yield return new LoadBalancerProblem("Keepalive", Invariant($"{tuning.Keepalive} is not a number from 0 to {MaxKeepalive}."));
            }
        }

        foreach (var routes in options.Routes.GroupBy(route => route.Service, StringComparer.Ordinal))
        {
            if (routes.Select(route => (route.Tuning.MaxFails, route.Tuning.FailTimeout, route.Tuning.Keepalive)).Distinct().Count() > 1)
            {
                yield return new LoadBalancerProblem("Location", $"MaxFails, FailTimeout and Keepalive hold for all of the service {Quoted(routes.Key)}: give each of its locations the same.");
            }
        }
    }

    private static IEnumerable<LoadBalancerProblem> Rest(LoadBalancerOptions options)
    {
        if (!Enum.IsDefined(options.Algorithm))
        {
            yield return new LoadBalancerProblem("Algorithm", $"{options.Algorithm} is not an algorithm.");
        }

        if (!Enum.IsDefined(options.WhenEmpty))
        {
            yield return new LoadBalancerProblem("WhenEmpty", $"{options.WhenEmpty} is not an answer.");
        }

        foreach (var (setting, path) in new[] { ("ConfigPath", options.ConfigPath), ("AccessLog", options.AccessLog), ("MaintenancePage", options.MaintenancePage) })
        {
            if (path is not null && !IsFile(path))
            {
                yield return new LoadBalancerProblem(setting, $"{Quoted(path)} is not an absolute path of a file: use letters, digits and - _ . / ~ only.");
            }
        }

        if (!Enum.IsDefined(options.AccessLogFormat))
        {
            yield return new LoadBalancerProblem("AccessLogFormat", $"{options.AccessLogFormat} is not a format.");
        }

        if (HashKeyProblem(options.HashKey) is { } problem)
        {
            yield return new LoadBalancerProblem("HashKey", problem);
        }
    }

    private static string? HashKeyProblem(HashKey key) => key switch
    {
        { Kind: HashKeyKind.Header, Name: var name } => name is not null && IsHeaderName(name) ? null : $"{Quoted(name ?? "")} is not a header's name.",
        { Kind: HashKeyKind.Cookie, Name: var name } => name is not null && IsCookieName(name) ? null : $"{Quoted(name ?? "")} is not a cookie's name of letters, digits and '_'.",
        { Name: not null } => $"{key.Kind} goes by no name.",
        _ => Enum.IsDefined(key.Kind) ? null : $"{key.Kind} is nothing that a hash can go by.",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
