using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Units;

/// <summary>What <see cref="BalancingAlgorithm.Hash"/> goes by.</summary>
/// <param name="Kind">What part of a request.</param>
/// <param name="Name">The header's or the cookie's name; null for the other kinds.</param>
public sealed record HashKey(HashKeyKind Kind, string? Name = null)
{
    /// <summary>The path and the query.</summary>
    public static HashKey Uri { get; } = new(HashKeyKind.Uri);

    /// <summary>As unit files have it: <c>uri</c>, <c>address</c>, <c>host</c>, <c>header:X-Session</c>, <c>cookie:session</c>.</summary>
    public override string ToString()
    {
        var kind = Kind switch
        {
            HashKeyKind.Address => "address",
            HashKeyKind.Host => "host",
            HashKeyKind.Header => "header",
            HashKeyKind.Cookie => "cookie",
            _ => "uri",
        };
        return Name is null ? kind : $"{kind}:{Name}";
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HashKey? key)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':', 2);
        key = (parts[0], parts.Length) switch
        {
            ("uri", 1) => Uri,
            ("address", 1) => new HashKey(HashKeyKind.Address),
            ("host", 1) => new HashKey(HashKeyKind.Host),
            ("header", 2) => new HashKey(HashKeyKind.Header, parts[1]),
            ("cookie", 2) => new HashKey(HashKeyKind.Cookie, parts[1]),
            _ => null,
        };
        return key is not null;
    }
}
