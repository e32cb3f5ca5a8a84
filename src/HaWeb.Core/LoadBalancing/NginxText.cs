namespace HaWeb.Core.LoadBalancing;

/// <summary>Compares generated configs.</summary>
public static class NginxText
{
    internal const string RevisionComment = "# Store revision ";
    internal const string ServerLine = "server ";

    /// <summary>Whether two configs are the same to nginx: the comment with the store revision does not count.</summary>
    public static bool IsSame(string one, string other) =>
        one == other || Lines(one).SequenceEqual(Lines(other), StringComparer.Ordinal);

    /// <summary>Whether two configs are the same but for lines of upstream servers, so that a reload's own test is enough.</summary>
    public static bool IsSameButServers(string one, string other) =>
        Lines(one).Where(IsNoServer).SequenceEqual(Lines(other).Where(IsNoServer), StringComparer.Ordinal);

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Where(line => !line.StartsWith(RevisionComment, StringComparison.Ordinal));

    private static bool IsNoServer(string line) => !line.StartsWith("    " + ServerLine, StringComparison.Ordinal);
}
