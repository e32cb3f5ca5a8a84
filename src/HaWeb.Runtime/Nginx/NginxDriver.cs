using System.Collections.Concurrent;
using HaWeb.Core.LoadBalancing;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Nginx;

/// <summary>
/// Installs configs in nginx, or in HAProxy, and sees to it that new workers serve them: in containers of a Docker Engine, or on this machine.
/// Requests for one of them are done one after the other; waiting for old workers holds nobody up.
/// </summary>
public sealed class NginxDriver : INginxDriver
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly Func<string, CancellationToken, Task<IBalancerPlace>> _open;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Works with balancers in the containers that the engine may touch.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="program">The program in the containers.</param>
    public NginxDriver(DockerEngine engine, BalancerEngine program = BalancerEngine.Nginx)
        : this(new ContainerPlaces(engine, BalancerProgram.Of(program)).OpenAsync)
    {
    }

    internal NginxDriver(Func<string, CancellationToken, Task<IBalancerPlace>> open) => _open = open;

    /// <summary>Works with the balancer of this machine itself; the container that a request names does not matter.</summary>
    /// <param name="pidFile">The file that names its master process.</param>
    /// <param name="program">The program.</param>
    public static NginxDriver OnThisMachine(string pidFile = "/run/nginx.pid", BalancerEngine program = BalancerEngine.Nginx) =>
        new((_, _) => Task.FromResult<IBalancerPlace>(new BalancerOnHost(BalancerProgram.Of(program), pidFile)));

    /// <inheritdoc/>
    public async Task<NginxResult> ExecuteAsync(NginxRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        switch (request)
        {
            case NginxRequest.Apply apply:
                var change = new ConfigChange(apply);
                return await InTurnAsync(apply.Container, change.RunAsync, change.NoteAsync, cancellationToken).ConfigureAwait(false);
            case NginxRequest.ReadConfig read:
                return await InTurnAsync(
                    read.Container, (place, token) => ReadAsync(place, read.Path, token), () => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            case NginxRequest.ReadVersion version:
                return await InTurnAsync(version.Container, ReadVersionAsync, () => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
            case NginxRequest.AwaitDrained wait:
                return await AwaitDrainedAsync(wait, cancellationToken).ConfigureAwait(false);
            default:
                return new NginxResult.Failed($"nginx cannot be asked for {request.GetType().Name}.");
        }
    }

    /// <summary>Does some work when its turn has come; what comes afterwards belongs to the turn, and the answer does not wait for it.</summary>
    private async Task<NginxResult> InTurnAsync(
        string container, Func<IBalancerPlace, CancellationToken, Task<NginxResult>> work, Func<Task> afterwards, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(container, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var place = await _open(container, cancellationToken).ConfigureAwait(false);
            return await work(place, cancellationToken).ConfigureAwait(false);
        }
        catch (NginxUnreachableException e)
        {
            return new NginxResult.Failed(e.Message);
        }
        finally
        {
            _ = EndTurnAsync(turn, afterwards);
        }
    }

    private static async Task EndTurnAsync(SemaphoreSlim turn, Func<Task> afterwards)
    {
        try
        {
            await afterwards().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private static async Task<NginxResult> ReadAsync(IBalancerPlace place, string path, CancellationToken cancellationToken)
    {
        var file = await place.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var processes = await place.ListAsync(cancellationToken).ConfigureAwait(false);
        var ending = processes.Where(process => process.Kind == BalancerProcessKind.EndingWorker).Select(process => process.Id).ToArray();
        var isServed = file is not null
            && processes.Any(process => process.Kind == BalancerProcessKind.Worker)
            && await IsServedAsync(place, path, file, cancellationToken).ConfigureAwait(false);
        return new NginxResult.Read(file?.Text, isServed, ending);
    }

    private static async Task<NginxResult> ReadVersionAsync(IBalancerPlace place, CancellationToken cancellationToken)
    {
        var answer = await place.RunAsync(["-v"], cancellationToken).ConfigureAwait(false);
        return NginxVersion.TryParse(answer.Output) is { } version
            ? new NginxResult.Version(version)
            : new NginxResult.Failed($"'nginx -v' names no version: {answer.Output.Trim()}");
    }

    /// <summary>Whether nginx started after the file was last changed, or we noted that it took this very text.</summary>
    private static async Task<bool> IsServedAsync(IBalancerPlace place, string path, ConfigFile file, CancellationToken cancellationToken)
    {
        if (await place.StartedAtAsync(cancellationToken).ConfigureAwait(false) > file.ChangedAt)
        {
            return true;
        }

        return ServedNote.IsOf(await place.ReadAsync(ServedNote.PathFor(path), cancellationToken).ConfigureAwait(false), file.Text);
    }

    private async Task<NginxResult> AwaitDrainedAsync(NginxRequest.AwaitDrained wait, CancellationToken cancellationToken)
    {
        var pause = ShortestPause;
        while (true)
        {
            try
            {
                var place = await _open(wait.Container, cancellationToken).ConfigureAwait(false);
                var processes = await place.ListAsync(cancellationToken).ConfigureAwait(false);
                if (!processes.Any(process => wait.OldWorkers.Contains(process.Id)))
                {
                    return new NginxResult.Drained();
                }
            }
            catch (NginxUnreachableException e) when (e.IsGone)
            {
                return new NginxResult.Drained();
            }
            catch (NginxUnreachableException)
            {
                // Only an engine that answers can tell that the workers are gone.
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }
}
