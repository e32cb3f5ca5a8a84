using HaWeb.Core.Units;

namespace HaWeb.Core.Containers;

/// <summary>Reads docker command lines, which become calls to the Docker Engine's API.</summary>
public static class DockerCommand
{
    private const string Known = "HaWeb takes run, create, start, stop, kill, rm, exec and pull.";

    /// <summary>Whether a command line with this program is a docker line.</summary>
    /// <param name="path">The program, <c>/usr/bin/docker</c>.</param>
    public static bool IsDocker(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path[(path.LastIndexOf('/') + 1)..] == "docker";
    }

    /// <summary>Reads a line that is expanded.</summary>
    /// <param name="words">The words after <c>docker</c>.</param>
    public static ContainerParse Parse(IEnumerable<string> words) => Parse([.. words.Select(word => new CommandWord(word))]);

    /// <summary>Reads a line as far as it is known: values with variables in them are checked when it is expanded.</summary>
    /// <param name="words">The words after <c>docker</c>.</param>
    public static ContainerParse Parse(IReadOnlyList<CommandWord> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0)
        {
            return Refuse("", "docker is given no command.", Known);
        }

        if (!words[0].IsExact)
        {
            return Refuse(words[0].Text, $"docker's command cannot be a variable ('{words[0].Text}').", Known);
        }

        if (words[0].Text.StartsWith('-'))
        {
            return Refuse(words[0].Text, $"docker {words[0].Text} cannot be honoured: the agent knows its Docker Engine.", "Leave it out.");
        }

        var isGroup = words[0].Text is "container" or "image" && words.Count > 1;
        var command = isGroup ? words[0].Text + " " + words[1].Text : words[0].Text;
        IReadOnlyList<CommandWord> rest = [.. words.Skip(isGroup ? 2 : 1)];
        return command switch
        {
            "run" or "container run" => Create(rest, RunFlags.Run, (spec, detached) => new ContainerCommand.Run(spec, detached)),
            "create" or "container create" => Create(rest, RunFlags.Create, (spec, _) => new ContainerCommand.Create(spec)),
            "start" or "container start" => OnContainers(rest, OtherFlags.Start, false, (names, attached) => new ContainerCommand.Start(names, attached)),
            "stop" or "container stop" => OnContainers(rest, OtherFlags.Stop, null, (names, seconds) => new ContainerCommand.Stop(names, seconds)),
            "kill" or "container kill" => OnContainers(rest, OtherFlags.Kill, "SIGKILL", (names, signal) => new ContainerCommand.Kill(names, signal)),
            "rm" or "container rm" or "container remove" => OnContainers(rest, OtherFlags.Remove, default, (names, flags) => new ContainerCommand.Remove(names, flags.IsForced, flags.WithVolumes)),
            "exec" or "container exec" => Exec(rest),
            "pull" or "image pull" => Pull(rest),
            _ => Refuse(words[0].Text, $"docker {command} is not supported.", Known),
        };
    }

    private static ContainerParse Create(
        IReadOnlyList<CommandWord> words,
        FlagSet<(ContainerSpec Spec, bool IsDetached)> flags,
        Func<ContainerSpec, bool, ContainerCommand> make) => Finish(words, flags, (new ContainerSpec(), false), (scan, problems) =>
        {
            if (scan.Operands.Count == 0)
            {
                problems.Add(new ContainerProblem("", $"{flags.Command} names no image."));
                return null;
            }

            CheckImage(scan.Operands[0], problems);
            var (spec, detached) = scan.State;
            return make(
                spec with
                {
                    Image = scan.Operands[0].Text,
                    Arguments = [.. scan.Operands.Skip(1).Select(word => word.Text)],
                    IsComplete = scan.IsComplete,
                },
                detached);
        });

    private static ContainerParse OnContainers<T>(IReadOnlyList<CommandWord> words, FlagSet<T> flags, T initial, Func<IReadOnlyList<string>, T, ContainerCommand> make) =>
        Finish(words, flags, initial, (scan, problems) =>
        {
            if (scan.Operands.Count == 0)
            {
                problems.Add(new ContainerProblem("", $"{flags.Command} names no container."));
            }

            return make([.. scan.Operands.Select(word => word.Text)], scan.State);
        });

    private static ContainerParse Exec(IReadOnlyList<CommandWord> words) => Finish(words, OtherFlags.Exec, new ExecOptions(), (scan, problems) =>
    {
        if (scan.Operands.Count < 2)
        {
            problems.Add(new ContainerProblem("", "docker exec needs a container and a command."));
            return null;
        }

        return new ContainerCommand.Exec(scan.Operands[0].Text, scan.State, [.. scan.Operands.Skip(1).Select(word => word.Text)]);
    });

    private static ContainerParse Pull(IReadOnlyList<CommandWord> words) => Finish(words, OtherFlags.Pull, null, (scan, problems) =>
    {
        if (scan.Operands.Count != 1)
        {
            problems.Add(new ContainerProblem("", "docker pull takes one image."));
            return null;
        }

        CheckImage(scan.Operands[0], problems);
        return new ContainerCommand.Pull(scan.Operands[0].Text, scan.State);
    });

    private static ContainerParse Finish<T>(
        IReadOnlyList<CommandWord> words,
        FlagSet<T> flags,
        T initial,
        Func<FlagScanner<T>, List<ContainerProblem>, ContainerCommand?> make)
    {
        var scan = new FlagScanner<T>(flags, words, initial);
        var problems = new List<ContainerProblem>(scan.Problems);
        var command = scan.IsUnderstood ? make(scan, problems) : null;
        return new ContainerParse(problems.Count > 0 ? null : command, problems);
    }

    private static void CheckImage(CommandWord image, List<ContainerProblem> problems)
    {
        if (image.IsExact && !ImageReference.TryParse(image.Text, out _))
        {
            problems.Add(new ContainerProblem(image.Text, $"'{image.Text}' is not an image's name.", "Names are lower-case: registry/path:tag."));
        }
    }

    private static ContainerParse Refuse(string flag, string message, string suggestion) => new(null, [new ContainerProblem(flag, message, suggestion)]);
}
