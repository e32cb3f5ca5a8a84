using System.Net;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Texts so plain that they cannot mean anything else to a balancer, wherever in its config they stand.</summary>
internal static class PlainText
{
    public const int MaxNameLength = 128;
    public const int MaxPathLength = 256;
    public const int MaxHeaderLength = 1024;

    private const int MaxHostLength = 253;
    private const int MaxHeaderNameLength = 64;

    public static bool IsService(string text) =>
        text.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    public static bool IsPath(string text) =>
        text.Length is > 0 and <= MaxPathLength && text[0] == '/' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '~');

    public static bool IsFile(string text) => IsPath(text) && !text.EndsWith('/');

    /// <summary>A host name, or <c>*.example.org</c>, or <c>www.example.*</c>.</summary>
    public static bool IsHost(string text)
    {
        if (text.Length is 0 or > MaxHostLength)
        {
            return false;
        }

        var labels = text.Split('.');
        var first = labels[0] == "*" && labels.Length > 1 ? 1 : 0;
        var end = labels[^1] == "*" && labels.Length > 1 && first == 0 ? labels.Length - 1 : labels.Length;
        return labels[first..end].All(label => label.Length > 0 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    public static bool IsHeaderName(string text) =>
        text.Length is > 0 and <= MaxHeaderNameLength && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>The value of a header, which stands between double quotes: no quote, no backslash, and nothing that begins a variable.</summary>
    public static bool IsHeaderValue(string text) => text.Length is > 0 and <= MaxHeaderLength && text.All(c => c is >= ' ' and <= '~' and not ('"' or '\\' or '$'));

    public static bool IsCookieName(string text) =>
        text.Length is > 0 and <= MaxHeaderNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public static bool HasScope(IPAddress address) => address.GetAddressBytes().Length == 16 && address.ScopeId != 0;

    /// <summary>A text from anywhere, as people may be shown it: no line breaks or control characters, and not at any length.</summary>
    public static string Quoted(string text) => $"'{new string([.. text.Take(60).Select(c => char.IsControl(c) ? '?' : c)])}{(text.Length > 60 ? "..." : "")}'";
}
