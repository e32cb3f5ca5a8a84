using System.Threading.Channels;
using HaWeb.Core.Containers;
using HaWeb.Core.Processes;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>A log that is followed: when its engine is lost, or its container ends and starts again, it is taken up where it was left.</summary>
internal sealed class FollowedLog
{
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(5);

    private readonly CmdletStreams _streams;
    private readonly HaCluster _cluster;
    private readonly CancellationToken _ending;

    // What the state says last is all that counts.
    private readonly Channel<(RunningUnit? Run, bool IsActive)> _news =
        Channel.CreateBounded<(RunningUnit? Run, bool IsActive)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private (RunningUnit? Run, bool IsActive) _known;
    private DateTimeOffset? _last;

    /// <summary>Begins to follow.</summary>
    /// <param name="streams">Takes the lines and errors.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="run">Whose log it is.</param>
    /// <param name="range">What is wanted of it at first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public FollowedLog(CmdletStreams streams, HaCluster cluster, RunningUnit run, LogRange range, CancellationToken cancellationToken)
    {
        _streams = streams;
        _cluster = cluster;
        _ending = cancellationToken;
        Work = FollowAsync(run, range);
    }

    /// <summary>Ends when there is nothing more to come, or is cancelled.</summary>
    public Task Work { get; }

    /// <summary>Takes what the cluster's state says of the run.</summary>
    /// <param name="run">The run; null when it is not there.</param>
    /// <param name="isActive">Whether it runs, or is about to.</param>
    public void Show(RunningUnit? run, bool isActive) => _news.Writer.TryWrite((run, isActive));

    private async Task FollowAsync(RunningUnit run, LogRange range)
    {
        var begin = _cluster.Client.Now;
        var isFirst = true;
        var isTold = false;
        while (true)
        {
            var shown = _last;
            var failure = await TryReadAsync(run, range);
            var isLost = failure?.Failure is DockerFailure.Unavailable;
            var hasNew = _last != shown;
            if (failure is not null && (isLost ? !isTold || hasNew : isFirst))
            {
                await _streams.WriteErrorAsync(run.Error(failure));
            }

            // The log of a process goes on over its restarts, in a simulation nothing happens while somebody waits, and a container that is gone has said all that it had to.
            var isRefused = failure is not null && !isLost && (isFirst || failure.Failure is DockerFailure.NoSuchContainer);
            if (isRefused || ProcessId.Is(run.Run) || _cluster.Client.Simulation is not null)
            {
                return;
            }

            await Task.Delay(failure is null && hasNew ? ShortPause : LongPause, _ending);
            run = await ShownAsync(orEnded: failure is not null);
            range = _last is { } last ? new LogRange(Since: last.AddTicks(1), Follow: true)
                : range.Tail == 0 ? new LogRange(Since: begin, Follow: true)
                : range;
            isFirst = isFirst && isLost && !hasNew;
            isTold = isLost;
        }
    }

    /// <summary>Reads until the container ends; gives why it cannot be read.</summary>
    private async Task<DockerException?> TryReadAsync(RunningUnit run, LogRange range)
    {
        try
        {
            await foreach (var line in run.ReadLogAsync(_cluster, range, _ending))
            {
                await _streams.WriteAsync(line);
                _last = line.Time is { } time && !(time <= _last) ? time : _last;
            }

            return null;
        }
        catch (DockerException exception)
        {
            return exception;
        }
    }

    /// <summary>Waits until the state shows the run: active, or also ended.</summary>
    private async Task<RunningUnit> ShownAsync(bool orEnded)
    {
        _known = _news.Reader.TryRead(out var news) ? news : _known;
        while (true)
        {
            if (_known.Run is { } run && (_known.IsActive || orEnded))
            {
                return run;
            }

            _known = await _news.Reader.ReadAsync(_ending);
        }
    }
}
