using System.Globalization;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Processes;

namespace HaWeb.Runtime.Nginx;

/// <summary>A balancer in a running container.</summary>
internal sealed class BalancerInContainer : IBalancerPlace
{
    private const string Columns = "-eo pid,ppid,etimes,args";
    private const int LogLines = 20;

    // Signals the oldest process of a name: the master, which started the others. It sees the container's own process ids.
    private const string SignalScript =
        """
        for folder in /proc/[0-9]*; do
            id=${folder#/proc/}
            if [ "$(cat "$folder/comm" 2>/dev/null)" = "$1" ]; then
                while read -r key value; do [ "$key" = PPid: ] && parent=$value; done < "$folder/status"
                [ "$(cat "/proc/$parent/comm" 2>/dev/null)" = "$1" ] || exec kill -s "$2" "$id"
            fi
        done
        exit 1
        """;

    private static readonly TimeSpan RunDeadline = TimeSpan.FromSeconds(10);

    private readonly DockerEngine _engine;
    private readonly ContainerInspectResponse _container;
    private readonly ContainerInSight? _sight;

    private BalancerInContainer(DockerEngine engine, BalancerProgram program, ContainerInspectResponse container, bool looks)
    {
        _engine = engine;
        _container = container;
        _sight = looks ? ContainerInSight.TryFind(container.ID, container.State.Pid) : null;
        Program = program;
    }

    public BalancerProgram Program { get; }

    /// <summary>Whether it is certain, without asking the engine, that this container runs and is the one that it was.</summary>
    public bool IsCertain => _sight is { IsRunning: true };

    public static Task<BalancerInContainer> OpenAsync(
        DockerEngine engine, BalancerProgram program, string container, bool looks, CancellationToken cancellationToken) => TellAsync(async () =>
    {
        var found = await engine.Lookup.GetAsync(container, cancellationToken).ConfigureAwait(false);
        return found.State.Running
            ? new BalancerInContainer(engine, program, found, looks)
            : throw new NginxUnreachableException($"The container '{container}' does not run.", isGone: true);
    });

    public Task<ConfigFile?> ReadAsync(string path, CancellationToken cancellationToken) => TellAsync(async () =>
        _sight?.Read(path) ?? (await _engine.Files.ReadAsync(_container, path, cancellationToken).ConfigureAwait(false) is { } file
            ? new ConfigFile(file.Text, file.ChangedAt)
            : null));

    public Task WriteAsync(string path, string text, CancellationToken cancellationToken) => TellAsync(async () =>
    {
        if (_sight?.Write(path, text) != true)
        {
            await _engine.Files.WriteAsync(_container, path, text, cancellationToken).ConfigureAwait(false);
        }

        return true;
    });

    public Task RemoveAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) => TellAsync(async () =>
    {
        await _engine.Files.RemoveAsync(_container.ID, paths, cancellationToken).ConfigureAwait(false);
        return true;
    });

    public Task<IReadOnlyList<BalancerProcess>> ListAsync(CancellationToken cancellationToken) => TellAsync<IReadOnlyList<BalancerProcess>>(async () =>
    {
        var seen = Program.Find(_sight?.Processes() ?? []);
        if (seen is [{ Kind: BalancerProcessKind.Master } first, ..] && first.Id == _container.State.Pid)
        {
            return seen;
        }

        var parameters = new ContainerListProcessesParameters { PsArgs = Columns };
        var top = await _engine.Connection.CallAsync(
            (client, token) => client.Containers.ListProcessesAsync(_container.ID, parameters, token), cancellationToken).ConfigureAwait(false);
        var processes = Program.Find([.. (top.Processes ?? []).Select(Parse).OfType<ProcessRow>()]);
        return [.. processes.OrderBy(process => process.Id != _container.State.Pid).ThenBy(process => process.Id)];
    });

    public Task<DateTimeOffset?> StartedAtAsync(CancellationToken cancellationToken) => Task.FromResult(ContainerStates.TimeOf(_container.State.StartedAt));

    public Task<ProgramAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        ExecAsync([Program.Name, .. arguments], cancellationToken);

    public async Task<string?> ReloadAsync(BalancerProcess master, CancellationToken cancellationToken)
    {
        if (master.Id != _container.State.Pid)
        {
            // Docker signals the first process of a container only.
            var signal = Program.ReloadArguments(master) is { } arguments
                ? await RunAsync(arguments, cancellationToken).ConfigureAwait(false)
                : await ExecAsync(["sh", "-c", SignalScript, "sh", Program.Name, Program.ReloadSignal.Name], cancellationToken).ConfigureAwait(false);
            return signal.ExitCode == 0 ? null : BalancerProgram.WordsOf(signal.Output);
        }

        if (_sight?.Signal(Program.ReloadSignal.Number) == true)
        {
            return null;
        }

        return await TellAsync<string?>(async () =>
        {
            var parameters = new ContainerKillParameters { Signal = "SIG" + Program.ReloadSignal.Name };
            await _engine.Connection.CallAsync(
                (client, token) => client.Containers.KillContainerAsync(_container.ID, parameters, token), cancellationToken).ConfigureAwait(false);
            return null;
        }).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<string>> ReadLogAsync(DateTimeOffset since, CancellationToken cancellationToken) => TellAsync<IReadOnlyList<string>>(async () =>
    {
        var lines = new List<string>();
        await foreach (var line in new LogReader(_engine.Connection).ReadAsync(_container, new LogRange(LogLines, since), cancellationToken).ConfigureAwait(false))
        {
            lines.Add(line.Text);
        }

        return lines;
    });

    private Task<ProgramAnswer> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) => TellAsync(async () =>
    {
        var answer = await _engine.Connection
            .CallAsync(RunDeadline, (_, token) => _engine.Exec.RunAsync(_container.ID, new ExecCommand([.. command], User: "0"), token), cancellationToken)
            .ConfigureAwait(false);
        return new ProgramAnswer(answer.ExitCode, answer.Output);
    });

    private static ProcessRow? Parse(IList<string> row) =>
        row.Count >= 4
        && int.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && int.TryParse(row[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
        && long.TryParse(row[2], NumberStyles.None, CultureInfo.InvariantCulture, out var age)
            ? new ProcessRow(id, parent, -age, string.Join(' ', row.Skip(3)))
            : null;

    private static async Task<T> TellAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (DockerException e)
        {
            var isGone = e.Failure == DockerFailure.NoSuchContainer || e.Message.Contains("is not running", StringComparison.Ordinal);
            throw new NginxUnreachableException(e.Message, isGone, e);
        }
    }
}
