using HaWeb.Core.Containers;

namespace HaWeb.Core.Units;

/// <summary>Reads one <c>Exec...=</c> option into commands, and docker lines into what they do.</summary>
internal sealed class UnitCommandReader(SpecifierContext context, IReadOnlyDictionary<string, string> variables, OptionProblems problems)
{
    public IEnumerable<UnitCommand> Read(UnitOption option)
    {
        var lines = CommandLine.Parse(option.Text, context.Unit, out var faults);
        foreach (var fault in faults)
        {
            problems.Add(fault.Severity, option, fault.Message, fault.Suggestion, fault.Offset);
        }

        return lines.Select(line => new UnitCommand(line, option, DockerCommand.IsDocker(line.Path) ? ReadContainer(line, option) : null));
    }

    private ContainerCommand? ReadContainer(CommandLine line, UnitOption option)
    {
        var parsed = DockerCommand.Parse(line.Preview(context, variables));
        foreach (var problem in parsed.Problems)
        {
            // The flag is looked for in the text as it stands, to point at it.
            var offset = problem.Flag.Length == 0 ? -1 : option.Text.IndexOf(problem.Flag, StringComparison.Ordinal);
            problems.Add(ProblemSeverity.Error, option, problem.Message, problem.Suggestion, Math.Max(offset, 0));
        }

        return parsed.Command;
    }
}
