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
            // The flag is looked for in the text as it stands, to point at it.
            var offset = problem.Flag.Length == 0 || problems.IsFull ? -1 : text.IndexOf(problem.Flag, StringComparison.Ordinal);
            problems.Add(ProblemSeverity.Error, option, problem.Message, problem.Suggestion, Math.Max(offset, 0));
        }

        return parsed.Command;
    }
}
