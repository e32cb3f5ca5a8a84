using System.Text.RegularExpressions;

namespace HaWeb.Tools.HelpBuilder;

/// <summary>A page of docs/cmdlets, taken apart by its headings.</summary>
internal sealed partial class HelpPage
{
    private readonly List<HelpSection> _sections;

    private HelpPage(List<HelpSection> sections) => _sections = sections;

    /// <summary>The name in the first heading.</summary>
    public string Title => _sections.FirstOrDefault(section => section.Level == 1)?.Heading ?? string.Empty;

    /// <summary>What the cmdlet does, in one paragraph.</summary>
    public string Synopsis => _sections.FirstOrDefault(section => section.Level == 1)?.Paragraphs().FirstOrDefault() ?? string.Empty;

    /// <summary>The text of one <c>##</c> section, without the sections below it.</summary>
    public HelpSection? Section(string heading) =>
        _sections.Find(section => section.Level == 2 && section.Heading.Equals(heading, StringComparison.OrdinalIgnoreCase));

    /// <summary>The <c>###</c> sections below one <c>##</c> section.</summary>
    public IEnumerable<HelpSection> Below(string heading) => Section(heading) is { } parent
        ? _sections.SkipWhile(section => section != parent).Skip(1).TakeWhile(section => section.Level > 2)
        : [];

    /// <summary>The headings of the <c>##</c> sections.</summary>
    public IEnumerable<string> Headings() => _sections.Where(section => section.Level == 2).Select(section => section.Heading);

    public static HelpPage Parse(string markdown)
    {
        var sections = new List<HelpSection>();
        var isCode = false;
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            isCode ^= HelpSection.IsFence(line);
            var heading = isCode ? Match.Empty : Heading().Match(line);
            if (heading.Success)
            {
                sections.Add(new HelpSection(heading.Groups[1].Length, heading.Groups[2].Value));
            }
            else if (sections.Count > 0)
            {
                sections[^1].Add(line);
            }
        }

        return new HelpPage(sections);
    }

    [GeneratedRegex(@"^(#{1,3})\s+(.+?)\s*$")]
    private static partial Regex Heading();
}
