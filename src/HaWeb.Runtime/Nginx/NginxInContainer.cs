using System.Globalization;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Nginx;

/// <summary>An nginx in a running container.</summary>
internal sealed class NginxInContainer : INginxPlace
{
    private const string Columns = "-eo pid,ppid,args";
    private const int LogLines = 20;

    private static readonly TimeSpan RunDeadline = TimeSpan.FromSeconds(10);

    private readonly DockerEngine _engine;
    private readonly ContainerInspectResponse _container;
    private readonly ContainerInSight? _sight;

    private NginxInContainer(DockerEngine engine, ContainerInspectResponse container, bool looks)
    {
        _engine = engine;
        _container = container;
        _sight = looks ? ContainerInSight.TryFind(container.ID, container.State.Pid) : null;
    }

    /// <summary>Whether it is certain, without asking the engine, that this container runs and is the one that it was.</summary>
    public bool IsCertain => _sight is { IsRunning: true };

    public static Task<NginxInContainer> OpenAsync(DockerEngine engine, string container, bool looks, CancellationToken cancellationToken) => TellAsync(async () =>
    {
        var found = await engine.Lookup.GetAsync(container, cancellationToken).ConfigureAwait(false);
        return found.State.Running
            ? new NginxInContainer(engine, found, looks)
            : throw new NginxUnreachableException($"The container '{container}' does not run.", isGone: true);
    });

    public Task<NginxFile?> ReadAsync(string path, CancellationToken cancellationToken) => TellAsync(async () =>
        _sight?.Read(path) ?? (await _engine.Files.ReadAsync(_container, path, cancellationToken).ConfigureAwait(false) is { } file
            ? new NginxFile(file.Text, file.ChangedAt)
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

    public Task<IReadOnlyList<NginxProcess>> ListAsync(CancellationToken cancellationToken) => TellAsync<IReadOnlyList<NginxProcess>>(async () =>
    {
        var seen = (_sight?.Processes() ?? []).Select(one => NginxProcess.TryParse(one.Id, one.Parent, one.Title)).OfType<NginxProcess>().ToList();
        if (seen is [{ Kind: NginxProcessKind.Master } first, ..] && first.Id == _container.State.Pid)
        {
            return seen;
        }

        var parameters = new ContainerListProcessesParameters { PsArgs = Columns };
        var top = await _engine.Connection.CallAsync(
            (client, token) => client.Containers.ListProcessesAsync(_container.ID, parameters, token), cancellationToken).ConfigureAwait(false);
        return [.. (top.Processes ?? []).Select(Parse).OfType<NginxProcess>().OrderBy(process => process.Id != _container.State.Pid).ThenBy(process => process.Id)];
    });

    public Task<DateTimeOffset?> StartedAtAsync(CancellationToken cancellationToken) => Task.FromResult(ContainerStates.TimeOf(_container.State.StartedAt));

    public Task<NginxAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => TellAsync(async () =>
    {
        var command = new ExecCommand(["nginx", .. arguments], User: "0");
        var answer = await _engine.Connection.CallAsync(RunDeadline, (_, token) => _engine.Exec.RunAsync(_container.ID, command, token), cancellationToken)
            .ConfigureAwait(false);
        return new NginxAnswer(answer.ExitCode, answer.Output);
    });

    public async Task<string?> ReloadAsync(NginxProcess master, CancellationToken cancellationToken)
    {
        if (master.Id != _container.State.Pid)
        {
            // Docker signals the first process of a container only.
            var answer = await RunAsync(master.MainFile is { } main ? ["-s", "reload", "-c", main] : ["-s", "reload"], cancellationToken).ConfigureAwait(false);
            return answer.ExitCode == 0 ? null : NginxChange.WordsOf(answer.Output);
        }

        if (_sight?.Signal(LinuxCalls.Hangup) == true)
        {
            return null;
        }

        return await TellAsync<string?>(async () =>
        {
            var parameters = new ContainerKillParameters { Signal = "SIGHUP" };
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

    private static NginxProcess? Parse(IList<string> row) =>
        row.Count >= 3
        && int.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && int.TryParse(row[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            ? NginxProcess.TryParse(id, parent, string.Join(' ', row.Skip(2)))
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
