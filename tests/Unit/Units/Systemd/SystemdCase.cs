namespace HaWeb.Tests.Unit.Units.Systemd;

/// <summary>One unit of a table that systemd was asked about.</summary>
/// <param name="Name">What the case is called, and the unit's prefix.</param>
/// <param name="Remark">What stands behind the name: what is done to the unit.</param>
/// <param name="Unit">The text of the unit.</param>
/// <param name="File">The text of its EnvironmentFile; null when it has none.</param>
internal sealed record SystemdCase(string Name, string Remark, string Unit, string? File)
{
    private const string Start = "=== ";
    private const string FileFollows = "--- file\n";

    /// <summary>Where a file of the tables lies.</summary>
    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Units", "Systemd", file);

    /// <summary>Reads a table; the lines before its first case are remarks.</summary>
    public static IReadOnlyList<SystemdCase> Read(string file) =>
        [.. ("\n" + System.IO.File.ReadAllText(PathOf(file))).Split("\n" + Start).Skip(1).Select(Of)];

    private static SystemdCase Of(string text)
    {
        var (head, rest) = Split(text + "\n", "\n");
        var (name, remark) = Split(head, " ");
        var (unit, variables) = Split(rest, FileFollows);
        return new SystemdCase(name, remark, unit, rest.Contains(FileFollows, StringComparison.Ordinal) ? variables : null);
    }

    private static (string Before, string After) Split(string text, string separator)
    {
        var index = text.IndexOf(separator, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + separator.Length)..]);
    }
}
