using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Simulation;

/// <summary>
/// The pretend processes of a machine's units: one that is a unit runs until it is stopped or told to end, a one-shot or a command of a unit ends soon.
/// </summary>
public sealed class SimulatedProcesses
{
    private const int MostLines = 100;

    private readonly string _machine;
    private readonly SortedDictionary<string, SimulatedRun> _runs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Queue<(DateTimeOffset Time, string Text)>> _logs = new(StringComparer.Ordinal);
    private int _started;

    internal SimulatedProcesses(string machine) => _machine = machine;

    /// <summary>All that are known, running or not.</summary>
    public IReadOnlyCollection<SimulatedRun> Runs => _runs.Values;

    /// <summary>Programs that fail with exit code 1 when they are run as commands or one-shots.</summary>
    public ISet<string> FailingCommands { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>Programs that do not end by themselves although they should.</summary>
    public ISet<string> HangingCommands { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>Units whose processes end at once with exit code 1.</summary>
    public ISet<string> FailingUnits { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>The exit codes that the processes of units answer a stop with, by unit; those of others are ended by the signal.</summary>
    public IDictionary<string, long> ExitCodesOnStop { get; } = new SortedDictionary<string, long>(StringComparer.Ordinal);

    internal Action<SimulatedRun> Exited { get; set; } = _ => { };

    internal Action<SimulatedRun> Started { get; set; } = _ => { };

    /// <summary>The running process that is a unit, or null.</summary>
    public SimulatedRun? RunningOf(string unit) => _runs.Values.FirstOrDefault(run => run is { ExitCode: null, IsMain: true } && run.Labels.Unit == unit);

    /// <summary>What a unit's processes have printed, oldest first.</summary>
    public IReadOnlyCollection<(DateTimeOffset Time, string Text)> LogOf(string unit) => _logs.TryGetValue(unit, out var log) ? log : [];

    internal void End(SimulatedRun run, long exitCode)
    {
        if (run.ExitCode is null)
        {
            run.ExitCode = exitCode;
            run.Hangs = false;
            Exited(run);
        }
    }

    /// <summary>The machine is switched off: nothing remains.</summary>
    internal void Clear()
    {
        _runs.Clear();
        _logs.Clear();
    }

    internal void Print(string unit, DateTimeOffset now, string text)
    {
        if (!_logs.TryGetValue(unit, out var log))
        {
            _logs[unit] = log = [];
        }

        log.Enqueue((now, text));
        if (log.Count > MostLines)
        {
            log.Dequeue();
        }
    }

    /// <summary>Does what is asked, at once.</summary>
    /// <returns>The answer; null for none: what hangs never says that it is ready.</returns>
    internal ProcessResult? Do(ProcessRequest request, DateTimeOffset now)
    {
        switch (request)
        {
            case ProcessRequest.Run run:
                return Start(run, now);
            case ProcessRequest.AwaitReady ready:
                return _runs.TryGetValue(ready.Process, out var awaited) && !HangingCommands.Contains(awaited.Spec.Path) ? new ProcessResult.Done() : null;
            case ProcessRequest.Stop stop:
                foreach (var one in _runs.Values.Where(one => one.Labels.Unit == stop.Unit && stop.Mode is not KillMode.None).ToList())
                {
                    End(one, ExitCodesOnStop.TryGetValue(stop.Unit, out var code) ? code : 128 + stop.Signal);
                }

                return new ProcessResult.Done();
            case ProcessRequest.Remove remove:
                Forget(remove.Unit);
                return new ProcessResult.Done();
            case ProcessRequest.Forget forget:
                Forget(forget.Unit);
                _logs.Remove(forget.Unit);
                return new ProcessResult.Done();
            case ProcessRequest.Tail tail:
                return new ProcessResult.Printed([.. LogOf(tail.Unit).TakeLast(tail.Lines).Select(line => line.Text)]);
            default:
                throw new ArgumentOutOfRangeException(nameof(request), request, "It is not known what to do.");
        }
    }

    private ProcessResult.Started Start(ProcessRequest.Run request, DateTimeOffset now)
    {
        var isMain = request.Labels.RunHash.Length > 0;
        foreach (var earlier in _runs.Values.Where(one => one.Labels.Unit == request.Labels.Unit && one.IsMain == isMain).ToList())
        {
            End(earlier, 137);
            _runs.Remove(earlier.Id);
        }

        var run = new SimulatedRun(ProcessId.Of($"{_machine}-p{++_started}"), _started, request.Spec, request.Labels, now);
        _runs.Add(run.Id, run);
        Print(request.Labels.Unit, now, $"{request.Spec.Path}: started");
        Started(run);
        return new ProcessResult.Started(run.Id, run.Number);
    }

    private void Forget(string unit)
    {
        foreach (var run in _runs.Values.Where(run => run.Labels.Unit == unit).ToList())
        {
            End(run, 137);
            _runs.Remove(run.Id);
        }
    }
}
