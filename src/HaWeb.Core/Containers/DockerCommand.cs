using HaWeb.Core.Units;

namespace HaWeb.Core.Containers;

/// <summary>Reads docker command lines, which become calls to the Docker Engine's API.</summary>
public static class DockerCommand
{
    private const string Known = "HaWeb takes run, create, start, stop, restart, kill, pause, unpause, wait, rename, rm, exec, cp, logs, inspect, pull, rmi, tag, network and volume.";

    private static readonly string[] ContainerVerbs =
    [
        "run", "create", "start", "stop", "restart", "kill", "pause", "unpause", "wait", "rename", "rm", "exec", "cp", "logs", "inspect",
    ];

    private static readonly string[] Commands =
    [
        .. ContainerVerbs, "pull", "rmi", "tag", "image inspect", "network create", "network rm", "network connect", "network disconnect", "network inspect", "volume create", "volume rm",
        "volume inspect",
    ];

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

        var isGroup = words[0].Text is "container" or "image" or "network" or "volume" && words.Count > 1;
        var command = isGroup ? CommandOf(words[0].Text, words[1].Text) : words[0].Text;
        IReadOnlyList<CommandWord> rest = [.. words.Skip(isGroup ? 2 : 1)];
        return command switch
        {
            "run" => Create(rest, RunFlags.Run, (spec, detached) => new ContainerCommand.Run(spec, detached)),
            "create" => Create(rest, RunFlags.Create, (spec, _) => new ContainerCommand.Create(spec)),
            "start" => Start(rest),
            "stop" => OnNames(rest, OtherFlags.Stop, null, (names, seconds) => new ContainerCommand.Stop(names, seconds)),
            "restart" => OnNames(rest, OtherFlags.Restart, null, (names, seconds) => new ContainerCommand.Restart(names, seconds)),
            "kill" => OnNames(rest, OtherFlags.Kill, "SIGKILL", (names, signal) => new ContainerCommand.Kill(names, signal)),
            "rm" => OnNames(rest, OtherFlags.Remove, default, (names, flags) => new ContainerCommand.Remove(names, flags.IsForced, flags.WithVolumes)),
            "pause" => OnNames(rest, OtherFlags.None("docker pause"), false, (names, _) => new ContainerCommand.Pause(names, IsPaused: true)),
            "unpause" => OnNames(rest, OtherFlags.None("docker unpause"), false, (names, _) => new ContainerCommand.Pause(names, IsPaused: false)),
            "wait" => OnNames(rest, OtherFlags.None("docker wait"), false, (names, _) => new ContainerCommand.Wait(names)),
            "rename" => OnTwo(rest, OtherFlags.None("docker rename"), false, "a container and its new name", (name, newName, _) => new ContainerCommand.Rename(name, newName)),
            "exec" => Exec(rest),
            "cp" => Copy(rest),
            "logs" => Logs(rest),
            "inspect" => Inspect(rest, isGroup ? ObjectKind.Container : null),
            "image inspect" => Inspect(rest, ObjectKind.Image),
            "network inspect" => Inspect(rest, ObjectKind.Network),
            "volume inspect" => Inspect(rest, ObjectKind.Volume),
            "pull" => Pull(rest),
            "rmi" => RemoveImage(rest),
            "tag" => OnTwo(rest, OtherFlags.None("docker tag"), false, "an image and its new name", (image, name, _) => new ContainerCommand.Tag(image, name)),
            "network create" => CreateNetwork(rest),
            "network rm" => OnNames(rest, ObjectFlags.RemoveNetwork, false, (names, forced) => new ContainerCommand.RemoveNetwork(names, forced)),
            "network connect" => OnTwo(rest, ObjectFlags.Connect, new NetworkEndpoint(), "a network and a container", (network, name, endpoint) => new ContainerCommand.Connect(network, name, endpoint)),
            "network disconnect" => OnTwo(rest, ObjectFlags.Disconnect, false, "a network and a container", (network, name, forced) => new ContainerCommand.Disconnect(network, name, forced)),
            "volume create" => CreateVolume(rest),
            "volume rm" => OnNames(rest, ObjectFlags.RemoveVolume, false, (names, forced) => new ContainerCommand.RemoveVolume(names, forced)),
            _ => Refuse(words[0].Text, $"docker {command} is not supported.", AdviceFor(command) is { } advice ? $"{advice} {Known}" : Known),
        };
    }

    private static string? AdviceFor(string command) =>
        RefusedCommands.Advice(command) ?? (Nearest.Find(command, Commands, Nearest.SlipOf(command)) is { } meant ? Nearest.Ask($"docker {meant}") : null);

    /// <summary>The command of a group; those of containers and images that have a shorter name by that.</summary>
    private static string CommandOf(string group, string verb) => (group, verb) switch
    {
        ("container", "remove") => "rm",
        ("container", _) when ContainerVerbs.Contains(verb, StringComparer.Ordinal) => verb,
        ("image", "rm" or "remove") => "rmi",
        ("image", "pull" or "tag") => verb,
        (_, "remove") => $"{group} rm",
        _ => $"{group} {verb}",
    };

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
            if (detached && spec.Attached.Count > 0)
            {
                problems.Add(new ContainerProblem("--attach", $"{flags.Command}: --attach and --detach exclude each other.", "Leave one of them out."));
            }

            if (scan.IsComplete && spec.Network is { Mode: null } network && FlagOfNetwork(network) is { } flag)
            {
                problems.Add(new ContainerProblem(flag, $"{flags.Command}: {flag} has no effect in docker's default network.", "Name a network of its own with --network, or leave it out."));
            }

            return make(
                spec with
                {
                    Attached = detached ? [] : AttachedOf(spec),
                    Image = scan.Operands[0].Text,
                    Arguments = [.. scan.Operands.Skip(1).Select(word => word.Text)],
                    IsComplete = scan.IsComplete,
                },
                detached);
        });

    /// <summary>What is about a container in a network that was made for it.</summary>
    private static string? FlagOfNetwork(ContainerNetwork network) =>
        network.IPv4 is not null ? "--ip"
        : network.IPv6 is not null ? "--ip6"
        : network.Aliases.Count > 0 ? "--network-alias"
        : network.LinkLocal.Count > 0 ? "--link-local-ip" : null;

    private static IReadOnlyList<string> AttachedOf(ContainerSpec spec)
    {
        IReadOnlyList<string> named = spec.Attached.Count > 0 ? spec.Attached : ["stdout", "stderr"];
        return spec.IsInteractive && !named.Contains("stdin", StringComparer.Ordinal) ? ["stdin", .. named] : named;
    }

    private static ContainerParse Start(IReadOnlyList<CommandWord> words) => Finish(words, OtherFlags.Start, false, (scan, problems) =>
    {
        if (scan.State && scan.Operands.Count > 1)
        {
            problems.Add(new ContainerProblem("", "docker start -a takes one container."));
        }

        return NamesOf(scan, OtherFlags.Start.Command, problems) is { } names ? new ContainerCommand.Start(names, scan.State) : null;
    });

    private static ContainerParse OnNames<T>(IReadOnlyList<CommandWord> words, FlagSet<T> flags, T initial, Func<IReadOnlyList<string>, T, ContainerCommand> make) =>
        Finish(words, flags, initial, (scan, problems) => NamesOf(scan, flags.Command, problems) is { } names ? make(names, scan.State) : null);

    private static List<string>? NamesOf<T>(FlagScanner<T> scan, string command, List<ContainerProblem> problems)
    {
        if (scan.Operands.Count == 0)
        {
            problems.Add(new ContainerProblem("", $"{command} names nothing."));
            return null;
        }

        return [.. scan.Operands.Select(word => word.Text)];
    }

    private static ContainerParse OnTwo<T>(
        IReadOnlyList<CommandWord> words, FlagSet<T> flags, T initial, string what, Func<string, string, T, ContainerCommand> make) =>
        Finish(words, flags, initial, (scan, problems) =>
        {
            if (scan.Operands.Count == 2)
            {
                return make(scan.Operands[0].Text, scan.Operands[1].Text, scan.State);
            }

            problems.Add(new ContainerProblem("", $"{flags.Command} takes {what}."));
            return null;
        });

    private static ContainerParse Inspect(IReadOnlyList<CommandWord> words, ObjectKind? kind) =>
        OnNames(words, ObjectFlags.Inspect("docker inspect"), kind, (names, wanted) => new ContainerCommand.Inspect(names, wanted));

    private static ContainerParse RemoveImage(IReadOnlyList<CommandWord> words) => OnNames(
        words, ObjectFlags.RemoveImage, default, (images, flags) => new ContainerCommand.RemoveImage(images, flags.IsForced, flags.KeepsParents));

    private static ContainerParse Logs(IReadOnlyList<CommandWord> words) => Finish(words, OtherFlags.Logs, default, (scan, problems) =>
    {
        if (scan.Operands.Count != 1)
        {
            problems.Add(new ContainerProblem("", "docker logs takes one container."));
            return null;
        }

        return new ContainerCommand.Logs(scan.Operands[0].Text, scan.State.IsFollowed, scan.State.Lines, scan.State.Timestamps);
    });

    private static ContainerParse Copy(IReadOnlyList<CommandWord> words) => Finish(words, OtherFlags.Copy, false, (scan, problems) =>
    {
        if (scan.Operands.Count != 2)
        {
            problems.Add(new ContainerProblem("", "docker cp takes a source and a target."));
            return null;
        }

        var (source, target) = (CopyPath.Parse(scan.Operands[0].Text), CopyPath.Parse(scan.Operands[1].Text));
        if (source.Path == "-" || target.Path == "-")
        {
            problems.Add(new ContainerProblem("-", "docker cp cannot read or write a stream: a unit has no input and no output to pass on.", "Name a file or a folder."));
        }
        else if (source.Container is null == target.Container is null)
        {
            problems.Add(new ContainerProblem("", "docker cp copies between the machine and a container.", "Write container:path for one of the two."));
        }
        else
        {
            CheckHostPath(source.Container is null ? (source, scan.Operands[0]) : (target, scan.Operands[1]), problems);
        }

        return source.Container is { } name
            ? new ContainerCommand.CopyOut(name, source.Path, target.Path, scan.State)
            : new ContainerCommand.CopyIn(source.Path, target.Container ?? "", target.Path, scan.State);
    });

    private static void CheckHostPath((CopyPath Path, CommandWord Word) host, List<ContainerProblem> problems)
    {
        if (host.Word.IsExact && !host.Path.Path.StartsWith('/'))
        {
            problems.Add(new ContainerProblem(host.Word.Text, $"'{host.Path.Path}' is not an absolute path of the machine.", "Write the whole path, which begins with /."));
        }
    }

    private static ContainerParse CreateNetwork(IReadOnlyList<CommandWord> words) => Finish(words, ObjectFlags.CreateNetwork, new NetworkDraft(), (scan, problems) =>
    {
        if (scan.Operands.Count != 1)
        {
            problems.Add(new ContainerProblem("", "docker network create takes one name."));
            return null;
        }

        try
        {
            return new ContainerCommand.CreateNetwork(scan.State.Settle() with { Name = scan.Operands[0].Text });
        }
        catch (FlagValueException e)
        {
            problems.Add(new ContainerProblem("", $"docker network create: {e.Message}", e.Suggestion));
            return null;
        }
    });

    private static ContainerParse CreateVolume(IReadOnlyList<CommandWord> words) => Finish(words, ObjectFlags.CreateVolume, new VolumeDefinition(), (scan, problems) =>
    {
        if (scan.Operands.Count > 1 || (scan.Operands.Count == 1 && scan.State.Name.Length > 0))
        {
            problems.Add(new ContainerProblem("", "docker volume create takes one name."));
            return null;
        }

        return new ContainerCommand.CreateVolume(scan.Operands.Count == 1 ? scan.State with { Name = scan.Operands[0].Text } : scan.State);
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
