using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Does what <see cref="DockerRequest"/> asks.</summary>
internal sealed class ContainerOperations
{
    private static readonly TimeSpan CreateDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RemoveDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LogDeadline = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan TailDeadline = TimeSpan.FromSeconds(10);

    // What the engine may take beyond the time that the container is given.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UsualStopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStopTimeout = TimeSpan.FromDays(1);

    private readonly DockerEngine _engine;
    private readonly ImagePuller _puller;
    private readonly LogReader _logs;
    private readonly NetworkOperations _networks;
    private readonly VolumeOperations _volumes;
    private readonly ImageOperations _images;
    private readonly ContainerCopier _copier;
    private readonly ObjectLookup _lookup;
    private readonly ContainerProxies _proxies = new();

    public ContainerOperations(DockerEngine engine, ImagePuller puller, LogReader logs)
    {
        _engine = engine;
        _puller = puller;
        _logs = logs;
        _networks = new NetworkOperations(engine);
        _volumes = new VolumeOperations(engine);
        _images = new ImageOperations(engine.Connection);
        _copier = new ContainerCopier(engine);
        _lookup = new ObjectLookup(engine.Lookup, _images, _networks, _volumes);
    }

    private DockerConnection Connection => _engine.Connection;

    public async Task<DockerResult> ExecuteAsync(DockerRequest request, CancellationToken cancellationToken)
    {
        switch (request)
        {
            case DockerRequest.Pull pull:
                await _puller.PullAsync(pull.Image, pull.Platform, pull.Always, cancellationToken).ConfigureAwait(false);
                return new DockerResult.Done();
            case DockerRequest.Create create:
                return new DockerResult.Created(await CreateAsync(create, cancellationToken).ConfigureAwait(false));
            case DockerRequest.Remove remove:
                await RemoveAsync(remove, cancellationToken).ConfigureAwait(false);
                return new DockerResult.Done();
            case DockerRequest.PutFile put:
                var target = await GetAsync(put.Container, cancellationToken).ConfigureAwait(false);
                await _engine.Files.WriteAsync(target, put.Path, put.Text, cancellationToken).ConfigureAwait(false);
                return new DockerResult.Done();
            case DockerRequest.Start start:
                await StartAsync(await GetAsync(start.Container, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                return new DockerResult.Done();
            case DockerRequest.Stop stop:
                await StopAsync(await GetAsync(stop.Container, cancellationToken).ConfigureAwait(false), stop, cancellationToken).ConfigureAwait(false);
                return new DockerResult.Done();
            case DockerRequest.Kill kill:
                var killed = await GetAsync(kill.Container, cancellationToken).ConfigureAwait(false);
                await SignalAsync(killed.ID, kill.Signal, cancellationToken).ConfigureAwait(false);
                return new DockerResult.Done();
            case DockerRequest.Exec exec:
                return await ExecAsync(exec, cancellationToken).ConfigureAwait(false);
            case DockerRequest.Inspect inspect:
                return new DockerResult.Inspected(ContainerStates.From(await GetAsync(inspect.Container, cancellationToken).ConfigureAwait(false)));
            case DockerRequest.Tail tail:
                return await TailAsync(tail, cancellationToken).ConfigureAwait(false);
            default:
                await DoAsync(request, cancellationToken).ConfigureAwait(false);
                return new DockerResult.Done();
        }
    }

    private Task DoAsync(DockerRequest request, CancellationToken cancellationToken) => request switch
    {
        DockerRequest.Restart restart => RestartAsync(restart, cancellationToken),
        DockerRequest.Pause pause => PauseAsync(pause, cancellationToken),
        DockerRequest.Wait wait => WaitAsync(wait, cancellationToken),
        DockerRequest.Rename rename => RenameAsync(rename, cancellationToken),
        DockerRequest.ReadLog read => ReadLogAsync(read, cancellationToken),
        DockerRequest.LookUp look => _lookup.CheckAsync(look.Name, look.Kind, cancellationToken),
        DockerRequest.CopyIn copy => _copier.CopyInAsync(copy, cancellationToken),
        DockerRequest.CopyOut copy => _copier.CopyOutAsync(copy, cancellationToken),
        DockerRequest.RemoveImage remove => _images.RemoveAsync(remove, cancellationToken),
        DockerRequest.Tag tag => _images.TagAsync(tag, cancellationToken),
        DockerRequest.CreateNetwork create => _networks.CreateAsync(create.Network, create.Labels, cancellationToken),
        DockerRequest.RemoveNetwork remove => _networks.RemoveAsync(remove, cancellationToken),
        DockerRequest.Connect connect => _networks.ConnectAsync(connect, cancellationToken),
        DockerRequest.Disconnect disconnect => _networks.DisconnectAsync(disconnect, cancellationToken),
        DockerRequest.CreateVolume create => _volumes.CreateAsync(create.Volume, create.Labels, cancellationToken),
        DockerRequest.RemoveVolume remove => _volumes.RemoveAsync(remove, cancellationToken),
        _ => throw new DockerException(DockerFailure.Refused, $"Docker cannot be asked for {request.GetType().Name}."),
    };

    private Task<ContainerInspectResponse> GetAsync(string container, CancellationToken cancellationToken) =>
        _engine.Lookup.GetAsync(container, cancellationToken);

    private async Task<string> CreateAsync(DockerRequest.Create create, CancellationToken cancellationToken)
    {
        if (!create.Spec.IsComplete)
        {
            throw new DockerException(DockerFailure.Refused, "The docker line has variables that have no value yet.");
        }

        var idFile = create.Spec.IdFile is { } path ? new IdFile(path) : null;
        idFile?.Check();
        var fileVariables = await EnvironmentFiles.ReadAsync(create.Spec.EnvironmentFiles, cancellationToken).ConfigureAwait(false);
        var proxies = await _proxies.FindAsync(Connection.Name, cancellationToken).ConfigureAwait(false);

        // As docker's client has it: a proxy goes before what a file says, and not before the line.
        var parameters = ContainerParameters.From(create.Spec, create.Labels, [.. fileVariables, .. proxies]);
        await SecurityOptions.ApplyAsync(parameters.HostConfig, cancellationToken).ConfigureAwait(false);
        if (parameters.Name is { } name)
        {
            await MakeRoomAsync(name, create.Labels, cancellationToken).ConfigureAwait(false);
        }

        var created = await Connection.CallAsync(
            CreateDeadline, (client, token) => client.Containers.CreateContainerAsync(parameters, token), cancellationToken).ConfigureAwait(false);
        if (idFile is not null)
        {
            await idFile.WriteAsync(created.ID, cancellationToken).ConfigureAwait(false);
        }

        return created.ID;
    }

    /// <summary>Removes what an earlier run of the same unit left under the name.</summary>
    private async Task MakeRoomAsync(string name, ContainerLabels labels, CancellationToken cancellationToken)
    {
        if (await _engine.Lookup.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } holder)
        {
            return;
        }

        var owner = ContainerStates.From(holder).Labels;
        if (owner?.Cluster != labels.Cluster)
        {
            throw new DockerException(
                DockerFailure.NameInUse, $"The name '{name}' is used by the container {holder.ID[..12]}, which does not belong to this cluster: remove or rename it.");
        }

        if (owner.Unit != labels.Unit || holder.State.Running)
        {
            throw new DockerException(
                DockerFailure.NameInUse,
                $"The name '{name}' is used by the container {holder.ID[..12]} of the unit {owner.Unit}, which {(holder.State.Running ? "runs" : "has ended")}.");
        }

        await RemoveAsync(holder.ID, force: false, volumes: false, cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveAsync(DockerRequest.Remove remove, CancellationToken cancellationToken)
    {
        try
        {
            var container = await GetAsync(remove.Container, cancellationToken).ConfigureAwait(false);
            await RemoveAsync(container.ID, remove.Force, remove.Volumes, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerException e) when (e.Failure == DockerFailure.NoSuchContainer && remove.MayBeAbsent)
        {
            // It is not there, as asked.
        }
    }

    private async Task RemoveAsync(string id, bool force, bool volumes, CancellationToken cancellationToken)
    {
        var parameters = new ContainerRemoveParameters { Force = force, RemoveVolumes = volumes };
        try
        {
            await Connection.CallAsync(RemoveDeadline, (client, token) => client.Containers.RemoveContainerAsync(id, parameters, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (DockerException e) when (e.Message.Contains("removal of container", StringComparison.OrdinalIgnoreCase)
            && e.Message.Contains("already in progress", StringComparison.OrdinalIgnoreCase))
        {
            await Connection.CallAsync(RemoveDeadline, (_, token) => AwaitAbsenceAsync(id, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AwaitAbsenceAsync(string id, CancellationToken cancellationToken)
    {
        while (await _engine.Lookup.FindAsync(id, cancellationToken).ConfigureAwait(false) is not null)
        {
            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StartAsync(ContainerInspectResponse container, CancellationToken cancellationToken)
    {
        if (container.State.Running)
        {
            return;
        }

        using var input = await EndInputAsync(container, cancellationToken).ConfigureAwait(false);
        await Connection.CallAsync(
            StartDeadline, (client, token) => client.Containers.StartContainerAsync(container.ID, new ContainerStartParameters(), token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>What is run with <c>-i</c> reads the input of docker's client, and a unit has none: the end of it, as from /dev/null.</summary>
    private async Task<MultiplexedStream?> EndInputAsync(ContainerInspectResponse container, CancellationToken cancellationToken)
    {
        if (container.Config is not { OpenStdin: true, StdinOnce: true, AttachStdin: true, Tty: false })
        {
            return null;
        }

        var parameters = new ContainerAttachParameters { Stream = true, Stdin = true };
        var stream = await Connection.CallAsync(
            (client, token) => client.Containers.AttachContainerAsync(container.ID, tty: false, parameters, token), cancellationToken).ConfigureAwait(false);
        stream.CloseWrite();
        return stream;
    }

    private async Task RestartAsync(DockerRequest.Restart restart, CancellationToken cancellationToken)
    {
        var container = await GetAsync(restart.Container, cancellationToken).ConfigureAwait(false);
        var timeout = PatienceOf(container, restart.Timeout);
        if (timeout == TimeSpan.Zero)
        {
            await StopAsync(container, new DockerRequest.Stop(container.ID, timeout, Signal: null), cancellationToken).ConfigureAwait(false);
        }

        var parameters = new ContainerRestartParameters { WaitBeforeKillSeconds = restart.Timeout is null ? null : (uint)timeout.TotalSeconds };
        await Connection.CallAsync(
            timeout + StopMargin + StartDeadline, (client, token) => client.Containers.RestartContainerAsync(container.ID, parameters, token), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task PauseAsync(DockerRequest.Pause pause, CancellationToken cancellationToken)
    {
        var container = await GetAsync(pause.Container, cancellationToken).ConfigureAwait(false);
        await Connection.CallAsync(
            (client, token) => pause.IsPaused ? client.Containers.PauseContainerAsync(container.ID, token) : client.Containers.UnpauseContainerAsync(container.ID, token),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitAsync(DockerRequest.Wait wait, CancellationToken cancellationToken)
    {
        var container = await GetAsync(wait.Container, cancellationToken).ConfigureAwait(false);
        await Connection.CallAsync(
            Timeout.InfiniteTimeSpan, (client, token) => client.Containers.WaitContainerAsync(container.ID, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task RenameAsync(DockerRequest.Rename rename, CancellationToken cancellationToken)
    {
        var container = await GetAsync(rename.Container, cancellationToken).ConfigureAwait(false);
        var parameters = new ContainerRenameParameters { NewName = rename.NewName };
        await Connection.CallAsync((client, token) => client.Containers.RenameContainerAsync(container.ID, parameters, token), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task ReadLogAsync(DockerRequest.ReadLog read, CancellationToken cancellationToken)
    {
        var container = await GetAsync(read.Container, cancellationToken).ConfigureAwait(false);
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Follow = read.IsFollowed ? true : null,
            Timestamps = read.Timestamps ? true : null,
            Tail = read.Lines?.ToString(CultureInfo.InvariantCulture) ?? "all",
        };
        await Connection.CallAsync(
            read.IsFollowed ? Timeout.InfiniteTimeSpan : LogDeadline,
            async (client, token) =>
            {
                using var log = await client.Containers.GetContainerLogsAsync(container.ID, container.Config.Tty, parameters, token).ConfigureAwait(false);
                await log.CopyOutputToAsync(Stream.Null, Stream.Null, Stream.Null, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static TimeSpan PatienceOf(ContainerInspectResponse container, TimeSpan? asked)
    {
        var timeout = asked ?? container.Config.StopTimeout ?? UsualStopTimeout;
        return timeout < TimeSpan.Zero || timeout > LongestStopTimeout ? LongestStopTimeout : timeout;
    }

    private async Task StopAsync(ContainerInspectResponse container, DockerRequest.Stop stop, CancellationToken cancellationToken)
    {
        if (!container.State.Running)
        {
            return;
        }

        var timeout = PatienceOf(container, stop.Timeout);
        try
        {
            // The engine counts in whole seconds and takes no signal before its version 1.42, so what asks for more is done step by step.
            // And the client library takes nought for nothing said.
            if (stop.Signal is null && timeout > TimeSpan.Zero && timeout.Ticks % TimeSpan.TicksPerSecond == 0)
            {
                var parameters = new ContainerStopParameters { WaitBeforeKillSeconds = stop.Timeout is null ? null : (uint)timeout.TotalSeconds };
                await Connection.CallAsync(
                    timeout + StopMargin, (client, token) => client.Containers.StopContainerAsync(container.ID, parameters, token), cancellationToken)
                    .ConfigureAwait(false);
                return;
            }

            var signal = stop.Signal ?? (string.IsNullOrEmpty(container.Config.StopSignal) ? "SIGTERM" : container.Config.StopSignal);
            await SignalAsync(container.ID, signal, cancellationToken).ConfigureAwait(false);
            if (!await HasEndedAsync(container.ID, timeout, cancellationToken).ConfigureAwait(false))
            {
                await SignalAsync(container.ID, "SIGKILL", cancellationToken).ConfigureAwait(false);
                await Connection.CallAsync(
                    StopMargin, (client, token) => client.Containers.WaitContainerAsync(container.ID, token), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DockerException e) when (e.Failure == DockerFailure.NoSuchContainer || IsNotRunning(e))
        {
            // It ended by itself, and one that is started with --rm is gone then.
        }
    }

    private async Task<bool> HasEndedAsync(string id, TimeSpan within, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        try
        {
            await Connection.CallAsync(Timeout.InfiniteTimeSpan, (client, token) => client.Containers.WaitContainerAsync(id, token), patience.Token)
                .ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private Task SignalAsync(string id, string signal, CancellationToken cancellationToken) =>
        Connection.CallAsync(
            (client, token) => client.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = signal }, token), cancellationToken);

    private static bool IsNotRunning(DockerException e) => e.Message.Contains("is not running", StringComparison.Ordinal);

    private async Task<DockerResult> ExecAsync(DockerRequest.Exec exec, CancellationToken cancellationToken)
    {
        var container = await GetAsync(exec.Container, cancellationToken).ConfigureAwait(false);
        var options = exec.Options;
        var fileVariables = await EnvironmentFiles.ReadAsync(options.EnvironmentFiles, cancellationToken).ConfigureAwait(false);
        var variables = fileVariables.Concat(options.Environment);
        var command = new ExecCommand(
            exec.Command,
            options.User,
            options.WorkDir,
            [.. variables.Select(variable => variable.Value is null ? variable.Name : $"{variable.Name}={variable.Value}")],
            options.IsInteractive && !options.IsDetached ? [] : null,
            options.HasTty,
            options.IsPrivileged,
            options.IsDetached);

        // How long it may take is its unit's to say.
        return await Connection.CallAsync<DockerResult>(
            Timeout.InfiniteTimeSpan, async (_, token) => await _engine.Exec.RunAsync(container.ID, command, token).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<DockerResult> TailAsync(DockerRequest.Tail tail, CancellationToken cancellationToken)
    {
        var container = await GetAsync(tail.Container, cancellationToken).ConfigureAwait(false);
        return await Connection.CallAsync<DockerResult>(
            TailDeadline,
            async (_, token) =>
            {
                var lines = new List<string>();
                await foreach (var line in _logs.ReadAsync(container, new LogRange(Tail: tail.Lines), token).ConfigureAwait(false))
                {
                    lines.Add(line.Text);
                }

                return new DockerResult.Printed(lines);
            },
            cancellationToken).ConfigureAwait(false);
    }
}
