using HaWeb.Core.Containers;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>How a run of a unit ended.</summary>
/// <param name="Reason">For people.</param>
/// <param name="ExitCode">The exit code, where it ended by itself; above 128 it is the number of the signal that ended it, plus 128.</param>
/// <param name="TimedOut">Whether it took too long.</param>
/// <param name="IsOfCommand">Whether it was a command beside ExecStart that failed: no signal ends one in order.</param>
/// <param name="IsSkipped">Whether ExecCondition said that it shall not run.</param>
/// <param name="IsOfContainer">
/// Whether it is the exit code of a container: that of <c>docker run</c>, to which systemd never sees a signal happen.
/// </param>
/// <param name="Failure">What kind of failure it was (<see cref="Cluster.StatusRecord.Failure"/>), where that has a name.</param>
public sealed record UnitEnd(string Reason, long? ExitCode = null, bool TimedOut = false, bool IsOfCommand = false, bool IsSkipped = false, bool IsOfContainer = false, string? Failure = null)
{
    // SIGHUP, SIGINT, SIGPIPE and SIGTERM end a process in order, as systemd has it.
    private static readonly long[] CleanSignals = [1, 2, 13, 15];

    /// <summary>Whether a signal ended a process.</summary>
    public bool IsSignal => !IsOfContainer && ExitCode is > 128 and < 128 + 65;

    /// <summary>The end of a unit's container or process.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="exitCode">Its exit code.</param>
    public static UnitEnd Of(string id, long exitCode)
    {
        var isProcess = ProcessId.Is(id);
        var kind = isProcess ? "process" : "container";
        return new UnitEnd(exitCode > 128 ? $"its {kind} was ended by signal {exitCode - 128}" : $"its {kind} exited with code {exitCode}", exitCode, IsOfContainer: !isProcess);
    }

    /// <summary>The end of a unit's container or process that was found; null when there was none, or when it runs or never ran.</summary>
    public static UnitEnd? Of(ContainerState? found) => found is { Running: false, ExitCode: { } exitCode } ? Of(found.Id, exitCode) : null;

    /// <summary>systemd's word for how it ended: <c>success</c>, <c>exit-code</c>, <c>signal</c>, <c>timeout</c> and so on.</summary>
    /// <param name="service">What counts as success.</param>
    public string Result(ServiceOptions service) =>
        IsSkipped ? "exec-condition"
        : TimedOut ? "timeout"
        : IsClean(service) ? "success"
        : IsSignal ? "signal"
        : ExitCode is not null ? "exit-code"
        : "resources";

    /// <summary>Whether the run ended in order, by systemd's rules.</summary>
    public bool IsClean(ServiceOptions service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return IsSkipped
            || (!TimedOut && !IsOfCommand && ExitCode is { } code
                && (code == 0
                    || service.SuccessExitStatus.Contains(code)
                    || (IsSignal && service.Type != ServiceType.OneShot && CleanSignals.Contains(code - 128))
                    || service.Start is [.., { Line.IgnoresFailure: true }]));
    }

    /// <summary>Whether <c>Restart=</c> asks for another run after this end, which nobody asked for.</summary>
    public bool AsksForRestart(ServiceOptions service)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (IsSkipped || (ExitCode is { } prevented && service.RestartPreventExitStatus.Contains(prevented)))
        {
            return false;
        }

        var clean = IsClean(service);
        return (ExitCode is { } forced && service.RestartForceExitStatus.Contains(forced)) || service.Restart switch
        {
            RestartRule.Always => true,
            RestartRule.OnSuccess => clean,
            RestartRule.OnFailure => !clean,
            RestartRule.OnAbnormal => !clean && (IsSignal || TimedOut),
            RestartRule.OnAbort => !clean && IsSignal,
            _ => false,
        };
    }
}
