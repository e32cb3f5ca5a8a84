using System.Globalization;

namespace HaWeb.Core.LoadBalancing;

/// <summary>A version of nginx, as far as its config depends on it.</summary>
/// <param name="Major">1 in 1.25.3.</param>
/// <param name="Minor">25 in 1.25.3.</param>
/// <param name="Patch">3 in 1.25.3.</param>
public sealed record NginxVersion(int Major, int Minor, int Patch)
{
    /// <summary>The oldest one that configs are written for, Debian 12's.</summary>
    public static NginxVersion Oldest { get; } = new(1, 22, 0);

    /// <summary>Whether <c>http2</c> is a directive of its own (from 1.25.1 on) and no longer a word on the line of <c>listen</c>.</summary>
    public bool HasHttp2Directive => (Major, Minor, Patch).CompareTo((1, 25, 1)) >= 0;

    /// <summary><c>1.25.3</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    /// <summary>Reads a version, or what <c>nginx -v</c> prints.</summary>
    /// <param name="text"><c>1.25.3</c>, or <c>nginx version: nginx/1.25.3</c> with more behind it.</param>
    /// <returns>The version, or null when there is none in it.</returns>
    public static NginxVersion? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf("nginx/", StringComparison.Ordinal);
        var version = new string([.. text[(slash < 0 ? 0 : slash + 6)..].TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        var parts = version.Split('.').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        return parts.Count is 2 or 3 && !parts.Contains(-1) ? new NginxVersion(parts[0], parts[1], parts.ElementAtOrDefault(2)) : null;
    }
}
