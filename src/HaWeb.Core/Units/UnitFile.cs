using System.Security.Cryptography;
using System.Text;

namespace HaWeb.Core.Units;

/// <summary>
/// A unit file in systemd's format: sections of options, in order. Comments and blank lines are no part of it, so they change no hash.
/// Nothing here says what the options mean; the linter does.
/// </summary>
public sealed class UnitFile
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Makes a file of options.</summary>
    /// <param name="options">The options, in order.</param>
    public UnitFile(IEnumerable<UnitOption> options)
    {
        Options = [.. options];
        Hash = HashOf(Serialize(Options));
    }

    /// <summary>The options in the order of the file.</summary>
    public IReadOnlyList<UnitOption> Options { get; }

    /// <summary>The SHA-1 of <see cref="Serialize()"/>, 40 lower-case hexadecimal digits; the one fleet gives.</summary>
    public string Hash { get; }

    /// <summary>
    /// Reads a file. Everything that can be read is, and every fault is reported: the file is good when no problem is an error.
    /// </summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="problems">What is wrong with it, in order.</param>
    public static UnitFile Parse(string text, out IReadOnlyList<UnitProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new UnitFileParser(text);
        problems = parser.Problems;
        return new UnitFile(parser.Options);
    }

    /// <summary>The options of a section, in order. A section may stand in the file several times.</summary>
    public IEnumerable<UnitOption> Section(string section) =>
        Options.Where(option => string.Equals(option.Section, section, StringComparison.Ordinal));

    /// <summary>The file as text: sections in the order first seen, a blank line between, no comments.</summary>
    public string Serialize() => Serialize(Options);

    internal static string Serialize(IEnumerable<UnitOption> options)
    {
        var text = new StringBuilder();
        foreach (var section in options.GroupBy(option => option.Section, StringComparer.Ordinal))
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            text.Append('[').Append(section.Key).Append("]\n");
            foreach (var option in section)
            {
                text.Append(option.Name).Append('=').Append(option.Value).Append('\n').Append(EndsInComment(option.Value) ? "\n" : "");
            }
        }

        return text.ToString();
    }

    /// <summary>Whether a value's last line is a comment: without an empty line after it, a continued value would go on with the next option.</summary>
    private static bool EndsInComment(string value) =>
        value.LastIndexOf('\n') is var last and >= 0 && UnitFileParser.IsComment(value[(last + 1)..].TrimStart());

    // The hash names content, it does not guard it; SHA-1 is what fleet's tools and stored units use.
#pragma warning disable CA5350
    internal static string HashOf(string text) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
#pragma warning restore CA5350
}
