using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Processes;

/// <summary>
/// The processes of this machine's units. They and their small parents outlive the agent; the next one finds them in their folders, knows how those ended that
/// have, and goes on with their logs.
/// </summary>
public sealed class ProcessDriver : IProcessDriver
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private readonly string _runFolder;
    private readonly string _clusterId;
    private readonly bool _mayStart;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, RunFolder> _runs = new(StringComparer.Ordinal);
    private readonly Channel<Event> _events = Channel.CreateUnbounded<Event>();
    private readonly object _turn = new();
    private bool _isKnown;
    private bool _isOver;

    /// <summary>Makes one.</summary>
    /// <param name="runFolder">The agent's folder of what lasts until the machine is switched off.</param>
    /// <param name="clusterId">The cluster, whose processes alone are touched.</param>
    /// <param name="mayStart">Whether processes may be started; those that run are known and ended in any case.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public ProcessDriver(string runFolder, string clusterId, bool mayStart, TimeProvider? time = null)
    {
        _mayStart = mayStart;
        _runFolder = runFolder;
        _clusterId = clusterId;
        _time = time ?? TimeProvider.System;
    }

    private string Root => Path.Combine(_runFolder, "processes");

    /// <inheritdoc/>
    public async Task<ProcessResult> ExecuteAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        try
        {
            switch (request)
            {
                case ProcessRequest.Run run:
                    return await RunAsync(run, cancellationToken).ConfigureAwait(false);
                case ProcessRequest.AwaitReady ready:
                    await AwaitReadyAsync(ready.Process, cancellationToken).ConfigureAwait(false);
                    return new ProcessResult.Done();
                case ProcessRequest.Stop stop:
                    await ProcessFamily.EndAsync(Of(stop.Unit), stop.Mode, stop.Signal, stop.Limit, cancellationToken).ConfigureAwait(false);
                    TakeIn();
                    return new ProcessResult.Done();
                case ProcessRequest.Remove remove:
                    await RemoveAsync(Of(remove.Unit), cancellationToken).ConfigureAwait(false);
                    return new ProcessResult.Done();
                case ProcessRequest.Forget forget:
                    await RemoveAsync(Of(forget.Unit), cancellationToken).ConfigureAwait(false);
                    LogOf(forget.Unit).Delete();
                    return new ProcessResult.Done();
                case ProcessRequest.Tail tail:
                    return new ProcessResult.Printed(await TailAsync(tail, cancellationToken).ConfigureAwait(false));
                default:
                    throw new ProcessException("it is not known what to do");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProcessException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Event> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new Event.ProcessesListed(List());
        var news = _events.Reader.WaitToReadAsync(cancellationToken).AsTask();
        try
        {
            while (true)
            {
                TakeIn();
                while (_events.Reader.TryRead(out var happened))
                {
                    yield return happened;
                }

                news = news.IsCompleted ? _events.Reader.WaitToReadAsync(cancellationToken).AsTask() : news;
                await Task.WhenAny(news, Task.Delay(Pause, cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // From here on the logs are the next agent's.
            lock (_turn)
            {
                _isOver = true;
            }
        }
    }

    private UnitLog LogOf(string unit) => new(_runFolder, unit);

    private List<RunFolder> Of(string unit) => [.. _runs.Values.Where(run => run.Record.Labels.Unit == unit)];

    /// <summary>All processes, the first time with those that earlier agents have left.</summary>
    private List<ProcessState> List()
    {
        lock (_turn)
        {
            try
            {
                foreach (var run in _isKnown ? [] : Found().Where(run => run.Record.Labels.Cluster == _clusterId))
                {
                    _runs.TryAdd(run.Invocation, run);
                }

                _isKnown = true;
                var states = _runs.Values.OrderBy(run => run.Id, StringComparer.Ordinal).Select(run => (Run: run, run.State)).ToList();
                foreach (var (run, state) in states)
                {
                    run.IsTold |= !state.Running;
                }

                _isOver = false;
                return [.. states.Select(one => one.State)];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ProcessException($"the machine's processes cannot be found now: {e.Message}", e);
            }
        }
    }

    private List<RunFolder> Found() => Directory.Exists(Root)
        ? [.. Directory.EnumerateDirectories(Root).Select(RunFolder.Open).OfType<RunFolder>()]
        : [];

    private async Task<ProcessResult.Started> RunAsync(ProcessRequest.Run request, CancellationToken cancellationToken)
    {
        if (!_mayStart)
        {
            throw new ProcessException("this machine's agent was not started with -AllowProcess");
        }

        var isMain = request.Labels.RunHash.Length > 0;
        await RemoveAsync([.. Of(request.Labels.Unit).Where(run => run.IsMain == isMain)], cancellationToken).ConfigureAwait(false);
        var run = RunFolder.Create(Root, new RunRecord(request.Labels, _time.GetUtcNow()));
        try
        {
            run.Socket = request.Spec.SaysWhenReady ? new ReadySocket(run.Invocation) : null;
            var parent = ProcessStart.Start(request.Spec, run, isBounded: isMain);
            if (LocalProcess.Look(parent.Id) is { } row)
            {
                // One that has ended already has left its exit code.
                run.Started(row);
            }

            // Taken before the end is waited for, which disposes of the parent.
            using var output = parent.StandardOutput;
            _runs[run.Invocation] = run;
            _ = NoticeEndAsync(parent, run);
            var number = await output.ReadLineAsync(cancellationToken).AsTask().WaitAsync(StartPatience, cancellationToken).ConfigureAwait(false);
            return int.TryParse(number, out var id) ? new ProcessResult.Started(run.Id, id) : throw new ProcessException("the machine's shell did not start it");
        }
        catch (Exception e) when (e is not OperationCanceledException || cancellationToken.IsCancellationRequested)
        {
            if (e is ProcessException)
            {
                _runs.TryRemove(run.Invocation, out _);
                run.Delete();
            }

            throw e is TimeoutException ? new ProcessException("it did not start in time", e) : e;
        }
    }

    /// <summary>The end of a process that this agent has started is noticed at once, and its parent's number is free again.</summary>
    private async Task NoticeEndAsync(System.Diagnostics.Process parent, RunFolder run)
    {
        using (parent)
        {
            await parent.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        run.Socket?.Dispose();
        TakeIn();
    }

    private async Task AwaitReadyAsync(string process, CancellationToken cancellationToken)
    {
        if (_runs.Values.FirstOrDefault(run => run.Id == process)?.Socket is { } socket && !await socket.IsReadyAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new ProcessException("it ended before it said that it is ready (READY=1)");
        }
    }

    private async Task RemoveAsync(List<RunFolder> runs, CancellationToken cancellationToken)
    {
        if (runs.Count == 0)
        {
            return;
        }

        await ProcessFamily.RemoveAsync(runs, cancellationToken).ConfigureAwait(false);
        lock (_turn)
        {
            foreach (var run in runs)
            {
                TakeIn(run);
                if (_runs.TryRemove(run.Invocation, out _))
                {
                    run.Delete();
                }
            }
        }
    }

    private async Task<List<string>> TailAsync(ProcessRequest.Tail tail, CancellationToken cancellationToken)
    {
        TakeIn();
        var lines = new List<string>();
        await foreach (var line in LogOf(tail.Unit).ReadAsync(new LogRange(tail.Lines), cancellationToken).ConfigureAwait(false))
        {
            lines.Add(line.Text);
        }

        return lines;
    }

    private void TakeIn()
    {
        lock (_turn)
        {
            foreach (var run in _isOver ? [] : _runs.Values)
            {
                TakeIn(run);
            }
        }
    }

    /// <summary>
    /// What a process has printed goes to its unit's log; after that its end is told. Children that outlive it may print on and on: then the log goes on,
    /// and its end waits only for what stood there when it was seen.
    /// </summary>
    private void TakeIn(RunFolder run)
    {
        try
        {
            var code = run.ExitCode;
            var isEnd = code is not null && !run.IsTakenIn;
            var isTakenIn = TryTakeIn(run, isEnd);
            run.IsTakenIn |= isEnd && isTakenIn;
            if (code is { } ended && !run.IsTold)
            {
                run.IsTold = true;
                _events.Writer.TryWrite(new Event.ProcessExited(run.Id, ended));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whether it runs cannot be seen now, for want of files that may be open for example: it is looked at again in a moment.
        }
    }

    /// <returns>False when what it printed cannot be read or kept now, which must not keep its end from being told.</returns>
    private bool TryTakeIn(RunFolder run, bool isEnd)
    {
        try
        {
            List<DockerLine> lines =
            [
                .. run.Output.Read(isEnd).Select(text => new DockerLine(DockerOutput.Standard, _time.GetUtcNow(), text)),
                .. run.Errors.Read(isEnd).Select(text => new DockerLine(DockerOutput.Error, _time.GetUtcNow(), text)),
            ];
            if (lines.Count > 0)
            {
                LogOf(run.Record.Labels.Unit).Append(lines);
                run.Output.Confirm();
                run.Errors.Confirm();
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
