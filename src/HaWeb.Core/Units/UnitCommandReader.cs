using HaWeb.Core.Containers;

namespace HaWeb.Core.Units;

/// <summary>Reads one <c>Exec...=</c> option into commands, and docker lines into what they do.</summary>
internal sealed class UnitCommandReader(SpecifierContext context, IReadOnlyDictionary<string, string> variables, OptionProblems problems)
{
    /// <summary>The most words of a docker line: flags are read one after the other into what they make up.</summary>
    private const int MaxDockerWords = 4096;

    public IEnumerable<UnitCommand> Read(UnitOption option)
    {
        var text = option.Text;
        var lines = CommandLine.Parse(text, context.Unit, out var faults);
        foreach (var fault in faults)
        {
            problems.Add(fault.Severity, option, fault.Message, fault.Suggestion, fault.Offset);
        }

        return lines.Select(line => new UnitCommand(line, option, DockerCommand.IsDocker(line.Path) ? ReadContainer(line, option, text) : null));
    }

    private ContainerCommand? ReadContainer(CommandLine line, UnitOption option, string text)
    {
        var words = line.Preview(context, variables, out var isTooLong);
        if (isTooLong || words.Count > MaxDockerWords)
        {
            problems.Error(
                option,
                isTooLong ? $"With its variables replaced {option.Name} is longer than {CommandLine.MaxLength / 1024} KiB." : $"{option.Name} has more than {MaxDockerWords} words.",
                "Put what is long into a file, and give the container the file.");
            return null;
        }

        var parsed = DockerCommand.Parse(words);
        foreach (var problem in parsed.Problems)
        {
            // What is of no one word is looked for in the text as it stands, to point at it.
            var offset = problem.Offset >= 0 || problems.IsFull ? problem.Offset : Find(text, problem.Flag);
            problems.Add(ProblemSeverity.Error, option, problem.Message, problem.Suggestion, Math.Max(offset, 0));
        }

        return parsed.Command;
    }

    /// <summary>Where a word stands, or a flag with its value; -1 where it does not.</summary>
    private static int Find(string text, string word)
    {
        var start = word.Length == 0 ? -1 : text.IndexOf(word, StringComparison.Ordinal);
        while (start >= 0 && !IsWord(text, start, start + word.Length))
        {
            start = text.IndexOf(word, start + 1, StringComparison.Ordinal);
        }

        return start;
    }

    private static bool IsWord(string text, int start, int end) =>
        (start == 0 || WordReader.IsBlank(text[start - 1])) && (end == text.Length || text[end] == '=' || WordReader.IsBlank(text[end]));
}
