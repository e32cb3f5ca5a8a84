using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace HaWeb.Core.Containers;

/// <summary>The name of an image, in full: <c>nginx</c> is <c>docker.io/library/nginx:latest</c>.</summary>
/// <param name="Registry">The registry, <c>docker.io</c>.</param>
/// <param name="Path">The repository in it, <c>library/nginx</c>.</param>
/// <param name="Tag">The tag; null when only a digest is given.</param>
/// <param name="Digest">The digest, <c>sha256:...</c>, or null.</param>
public sealed partial record ImageReference(string Registry, string Path, string? Tag, string? Digest)
{
    private const string DefaultRegistry = "docker.io";
    private const string OfficialPrefix = "library/";

    /// <summary>Registry and path in full.</summary>
    public string Repository => $"{Registry}/{Path}";

    /// <summary>The same as short as docker writes it, <c>nginx</c>: what the Docker Engine is told to pull, beside <see cref="TagOrDigest"/>.</summary>
    public string FamiliarRepository =>
        Registry != DefaultRegistry ? Repository
        : Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) && !Path[OfficialPrefix.Length..].Contains('/', StringComparison.Ordinal) ? Path[OfficialPrefix.Length..]
        : Path;

    /// <summary>The digest when there is one, else the tag.</summary>
    public string TagOrDigest => Digest ?? Tag!;

    /// <summary>Reads an image's name.</summary>
    /// <param name="text">The name as docker takes it.</param>
    /// <param name="reference">What it means.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        ArgumentNullException.ThrowIfNull(text);
        reference = null;
        var match = Form().Match(text);
        if (text.Length > 512 || !match.Success)
        {
            return false;
        }

        var name = match.Groups["name"].Value;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var hasRegistry = first == "localhost" || first.Any(c => c is '.' or ':' || char.IsAsciiLetterUpper(c));
        var registry = !hasRegistry || first == "index.docker.io" ? DefaultRegistry : first;
        var path = hasRegistry ? name[(slash + 1)..] : name;
        if (!PathForm().IsMatch(path))
        {
            return false;
        }

        var tag = match.Groups["tag"] is { Success: true, Value: var given } ? given : null;
        var digest = match.Groups["digest"] is { Success: true, Value: var sum } ? sum : null;
        reference = new ImageReference(
            registry,
            registry == DefaultRegistry && !path.Contains('/', StringComparison.Ordinal) ? OfficialPrefix + path : path,
            tag ?? (digest is null ? "latest" : null),
            digest);
        return true;
    }

    /// <summary>The full name.</summary>
    public override string ToString() => Repository + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    [GeneratedRegex(@"\A(?<name>(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._/-]+)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();
}
