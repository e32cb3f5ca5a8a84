namespace HaWeb.Core.Containers;

/// <summary>One of the two paths of <c>docker cp</c>.</summary>
/// <param name="Container">The container it lies in; null for the machine.</param>
/// <param name="Path">The path.</param>
internal sealed record CopyPath(string? Container, string Path)
{
    /// <summary>Reads <c>container:path</c> or a path, as docker does.</summary>
    public static CopyPath Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 || text[0] is '/' or '.' ? new CopyPath(null, text) : new CopyPath(text[..colon], text[(colon + 1)..]);
    }
}
