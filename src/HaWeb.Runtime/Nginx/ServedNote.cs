namespace HaWeb.Runtime.Nginx;

/// <summary>
/// A copy, beside a config, of the text that new workers were last seen to serve. An agent that dies between writing a config and the reload leaves one that
/// nobody serves, good or bad: then the two differ, and the copy is what to go back to.
/// </summary>
internal static class ServedNote
{
    /// <summary>The copy's path. nginx's usual <c>include</c> patterns pass over names that begin with a dot.</summary>
    public static string PathFor(string configPath)
    {
        var slash = configPath.LastIndexOf('/');
        return $"{configPath[..(slash + 1)]}.{configPath[(slash + 1)..]}.served";
    }

    /// <summary>Whether it is a copy of this text. What reads files line by line may have lost or added the last line's end.</summary>
    public static bool IsOf(ConfigFile? note, string text) => note is not null && note.Text.TrimEnd('\n') == text.TrimEnd('\n');
}
