using System.Management.Automation;

namespace HaWeb.Tools.HelpBuilder;

/// <summary>What a page lacks, or has too much, for its cmdlet.</summary>
internal static class PageCheck
{
    private static readonly string[] Known = ["Description", "Parameters", "Examples", "Inputs", "Outputs", "Notes", "Related"];

    public static IEnumerable<string> Problems(CmdletInfo cmdlet, HelpPage page) =>
        [.. Frame(cmdlet, page), .. Parameters(cmdlet, page), .. Examples(page)];

    private static IEnumerable<string> Frame(CmdletInfo cmdlet, HelpPage page)
    {
        if (page.Title != cmdlet.Name)
        {
            yield return $"the first line must be '# {cmdlet.Name}'.";
        }

        if (page.Synopsis.Length == 0)
        {
            yield return "there is no synopsis. Write one sentence below the first line.";
        }

        if (page.Section("Description")?.Paragraphs().Any() != true)
        {
            yield return "'## Description' is missing or empty.";
        }

        foreach (var heading in page.Headings().Except(Known, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"'## {heading}' is not a section of help. Use {string.Join(", ", Known)}.";
        }
    }

    private static IEnumerable<string> Parameters(CmdletInfo cmdlet, HelpPage page)
    {
        var texts = page.Below("Parameters").ToList();
        var names = CmdletCatalog.OwnParameters(cmdlet).Select(parameter => "-" + parameter.Name).ToList();
        foreach (var name in names)
        {
            if (texts.Find(text => text.Heading == name)?.Paragraphs().Any() != true)
            {
                yield return $"the parameter {name} has no text. Write it below '### {name}' in '## Parameters'.";
            }
        }

        foreach (var text in texts.Where(text => !names.Contains(text.Heading)))
        {
            yield return $"'### {text.Heading}' in '## Parameters' is no parameter of {cmdlet.Name}.";
        }
    }

    private static IEnumerable<string> Examples(HelpPage page)
    {
        var examples = page.Below("Examples").ToList();
        if (examples.Count == 0)
        {
            yield return "there is no example. Write '## Examples' with a '### Title' and a ```powershell block.";
        }

        foreach (var example in examples.Where(example => example.Code().Length == 0))
        {
            yield return $"the example '{example.Heading}' has no ```powershell block.";
        }
    }
}
