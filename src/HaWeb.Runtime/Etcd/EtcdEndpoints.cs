namespace HaWeb.Runtime.Etcd;

/// <summary>The addresses of an etcd cluster's members, checked.</summary>
/// <param name="Addresses">The members.</param>
/// <param name="IsTls">Whether they are spoken to by TLS.</param>
internal sealed record EtcdEndpoints(IReadOnlyList<Uri> Addresses, bool IsTls)
{
    private const int DefaultPort = 2379;

    /// <summary>What people call them, and what the client is given.</summary>
    public string Text { get; } = string.Join(',', Addresses.Select(address => $"{address.Scheme}://{address.Host}:{address.Port}"));

    /// <summary>Reads addresses as an operator writes them.</summary>
    /// <exception cref="ArgumentException">There is none, one is no address, or http and https are mixed.</exception>
    public static EtcdEndpoints Parse(IReadOnlyList<string> endpoints)
    {
        if (endpoints.Count == 0)
        {
            throw new ArgumentException("At least one etcd endpoint is needed, for example http://10.0.0.1:2379.", nameof(endpoints));
        }

        var addresses = endpoints.Select(ParseOne).ToList();
        return addresses.All(address => address.Scheme == addresses[0].Scheme)
            ? new EtcdEndpoints(addresses, addresses[0].Scheme == Uri.UriSchemeHttps)
            : throw new ArgumentException($"The etcd endpoints {string.Join(", ", endpoints)} mix http and https: use one of them for all.", nameof(endpoints));
    }

    private static Uri ParseOne(string endpoint)
    {
        var text = endpoint.Trim();
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Host.Length == 0)
        {
            throw new ArgumentException($"'{endpoint}' is no etcd endpoint: write http://host:2379 or https://host:2379.", nameof(endpoint));
        }

        // Without a port a Uri has that of the web, not etcd's.
        var authority = full[(full.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/');
        var hasPort = authority.LastIndexOf(':') > authority.LastIndexOf(']');
        return hasPort ? uri : new UriBuilder(uri.Scheme, uri.Host, DefaultPort).Uri;
    }
}
