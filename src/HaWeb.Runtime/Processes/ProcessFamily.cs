using HaWeb.Core.Units;

namespace HaWeb.Runtime.Processes;

/// <summary>
/// All processes that came of runs: those of their sessions, and those that have begun another one and still have the run's INVOCATION_ID. Their small parents
/// are no part of it.
/// </summary>
internal static class ProcessFamily
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    // Less than an agent waits for an answer.
    private static readonly TimeSpan RemovePatience = TimeSpan.FromSeconds(5);

    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;

    /// <summary>Ends the processes of runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="mode">Which processes are signalled.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="limit">How long after it they are killed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProcessException">One does not even end when it is killed.</exception>
    public static async Task EndAsync(IReadOnlyList<RunFolder> runs, KillMode mode, int signal, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (mode is KillMode.None)
        {
            return;
        }

        Send(mode is KillMode.ControlGroup ? Members(runs) : Mains(runs), signal);
        if (await EndedAsync(() => mode is KillMode.ControlGroup ? Members(runs) : Mains(runs), limit, cancellationToken).ConfigureAwait(false) && mode is not KillMode.Mixed)
        {
            return;
        }

        List<int> Remaining() => mode is KillMode.Process ? Mains(runs) : Members(runs);
        Send(Remaining(), Kill);
        if (!await EndedAsync(Remaining, KillPatience, cancellationToken, again: Kill).ConfigureAwait(false))
        {
            throw new ProcessException($"the processes {string.Join(", ", Remaining())} do not end, even when they are killed");
        }
    }

    /// <summary>Ends everything that came of runs, their parents too: what a stop has spared, or a main process has left, is told to end before it is killed.</summary>
    public static async Task RemoveAsync(IReadOnlyList<RunFolder> runs, CancellationToken cancellationToken)
    {
        await EndAsync(runs, KillMode.ControlGroup, Terminate, RemovePatience, cancellationToken).ConfigureAwait(false);
        await EndedAsync(() => [.. runs.Select(run => run.Parent?.Id ?? 0).Where(id => id != 0)], KillPatience, cancellationToken).ConfigureAwait(false);
    }

    private static List<int> Mains(IReadOnlyList<RunFolder> runs) =>
        [.. runs.Where(run => run.ExitCode is null).Select(run => run.Number).Where(number => number > 0)];

    private static List<int> Members(IReadOnlyList<RunFolder> runs)
    {
        // A number means the run's session only as long as its parent lives.
        var parents = runs.Select(run => run.Parent).Where(parent => parent is not null).Select(parent => parent!.Value.Id).ToHashSet();
        var invocations = runs.Select(run => run.Invocation).ToList();
        return
        [
            .. LocalProcess.All()
                .Where(row => !parents.Contains(row.Id) && (parents.Contains(row.Session) || invocations.Exists(id => LocalProcess.HasVariable(row.Id, "INVOCATION_ID", id))))
                .Select(row => row.Id),
        ];
    }

    private static void Send(List<int> processes, int signal)
    {
        foreach (var id in processes)
        {
            using var process = LinuxCalls.OpenProcess(id);
            if (process is not null)
            {
                LinuxCalls.Signal(process, signal);
                LinuxCalls.Signal(process, Continue);
            }
        }
    }

    private static async Task<bool> EndedAsync(Func<List<int>> remaining, TimeSpan limit, CancellationToken cancellationToken, int again = 0)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (remaining() is { Count: > 0 } left)
        {
            if (clock.Elapsed >= limit)
            {
                return false;
            }

            if (again != 0)
            {
                // One that was starting others may have had the time for one more.
                Send(left, again);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
