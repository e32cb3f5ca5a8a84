using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HaWeb.Core.Units;

/// <summary>How it is found out whether a unit serves.</summary>
public abstract record HealthCheck
{
    private HealthCheck()
    {
    }

    /// <summary>A request is answered with a status from 200 to 399.</summary>
    /// <param name="IsTls">Whether it is <c>https</c>.</param>
    /// <param name="Host">The host to ask; null for the unit's own address.</param>
    /// <param name="Port">The port to ask; null for the one that is advertised.</param>
    /// <param name="PathAndQuery">What to ask for, from the slash on.</param>
    public sealed record Http(bool IsTls, string? Host, int? Port, string PathAndQuery) : HealthCheck;

    /// <summary>A connection is accepted.</summary>
    /// <param name="Host">The host to connect to; null for the unit's own address.</param>
    /// <param name="Port">The port to connect to; null for the one that is advertised.</param>
    public sealed record Tcp(string? Host = null, int? Port = null) : HealthCheck;

    /// <summary>The HEALTHCHECK of the container's image says so.</summary>
    public sealed record Container : HealthCheck;

    /// <summary>Reads <c>http://:80/healthz</c>, <c>https://host/</c>, <c>tcp://:6379</c> or <c>container</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="check">The check.</param>
    /// <param name="error">What is wrong with it, for people.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HealthCheck? check, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        check = null;
        error = null;
        if (text == "container")
        {
            check = new Container();
            return true;
        }

        var parts = text.Split("://", 2);
        if (parts.Length != 2 || parts[0] is not ("http" or "https" or "tcp"))
        {
            error = $"'{text}' is no health check: it starts with http://, https:// or tcp://, or is the word container.";
            return false;
        }

        var slash = parts[1].IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? parts[1] : parts[1][..slash];
        var path = slash < 0 ? "/" : parts[1][slash..];
        if (!TryReadAuthority(authority, out var host, out var port))
        {
            error = $"'{authority}' in '{text}' is neither :port nor host:port.";
        }
        else if (path.Any(character => character <= ' ' || character > '~'))
        {
            error = $"'{path}' in '{text}' has characters that must be written as %XX.";
        }
        else if (parts[0] == "tcp" && path != "/")
        {
            error = $"'{text}' has a path; a tcp check has none.";
        }

        check = error is not null ? null : parts[0] == "tcp" ? new Tcp(host, port) : new Http(parts[0] == "https", host, port, path);
        return check is not null;
    }

    private static bool TryReadAuthority(string authority, out string? host, out int? port)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < authority.LastIndexOf(']'))
        {
            colon = -1;
        }

        host = colon < 0 ? authority : authority[..colon];
        host = host.Length == 0 ? null : host;
        port = null;
        if (colon >= 0 && colon < authority.Length - 1)
        {
            if (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            {
                return false;
            }

            port = number;
        }

        var isIpv6 = host is not null && host.StartsWith('[') && host.EndsWith(']') && host[1..^1].All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        return host is null || isIpv6 || host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }
}
