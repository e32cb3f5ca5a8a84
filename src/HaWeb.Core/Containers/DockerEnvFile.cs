using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Containers;

/// <summary>Reads the text of a file that <c>--env-file</c> names, by docker's rules: no quotes, no escapes.</summary>
public static class DockerEnvFile
{
    /// <summary>Reads the variables, in order.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="variables">The variables; one without value is the unit's own.</param>
    /// <param name="error">The first malformed line, for people.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out IReadOnlyList<EnvironmentVariable>? variables,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new List<EnvironmentVariable>();
        variables = null;
        error = null;
        var number = 0;
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r').TrimStart();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? line : line[..equals];
            if (name.Length == 0 || name.Any(char.IsWhiteSpace))
            {
                error = $"Line {number}: '{name}' is not a variable's name.";
                return false;
            }

            found.Add(new EnvironmentVariable(name, equals < 0 ? null : line[(equals + 1)..]));
        }

        variables = found;
        return true;
    }
}
