namespace HaWeb.Tools.HelpBuilder;

/// <summary>The entry point: cmdlet assembly, folder of pages, help file to write.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not [var assembly, var pages, var output])
        {
            Console.Error.WriteLine("Usage: HaWeb.HelpBuilder <cmdlet assembly> <folder of pages> <help file to write>");
            return 64;
        }

        var problems = new List<string>();
        var help = new List<CommandHelp>();
        foreach (var cmdlet in CmdletCatalog.Read(assembly))
        {
            var path = Path.Combine(pages, cmdlet.Name + ".md");
            if (!File.Exists(path))
            {
                problems.Add($"{path}: {cmdlet.Name} has no page. Write one; tools/HelpBuilder/README.md shows how.");
                continue;
            }

            var page = HelpPage.Parse(File.ReadAllText(path));
            problems.AddRange(PageCheck.Problems(cmdlet, page).Select(problem => $"{path}: {problem}"));
            help.Add(new CommandHelp(cmdlet, page));
        }

        problems.AddRange(Orphans(pages, help));
        foreach (var problem in problems)
        {
            Console.Error.WriteLine(problem);
        }

        if (problems.Count > 0)
        {
            return 1;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        MamlWriter.Write(help).Save(output);
        Console.WriteLine($"Wrote the help of {help.Count} cmdlets to {output}.");
        return 0;
    }

    private static IEnumerable<string> Orphans(string folder, List<CommandHelp> help)
    {
        var names = help.Select(command => command.Cmdlet.Name).ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFiles(folder, "*-*.md")
            .Where(path => !names.Contains(Path.GetFileNameWithoutExtension(path)))
            .Order(StringComparer.Ordinal)
            .Select(path => $"{path}: there is no such cmdlet. Remove the page, or give it the cmdlet's exact name.");
    }
}
