using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>How a run of a unit ended.</summary>
/// <param name="Reason">For people.</param>
/// <param name="ExitCode">The exit code of its container, where it ended by itself; above 128 it is a signal's number plus 128.</param>
/// <param name="TimedOut">Whether it took too long.</param>
/// <param name="Failure">What kind of failure it was (<see cref="Cluster.StatusRecord.Failure"/>), where that has a name.</param>
public sealed record UnitEnd(string Reason, long? ExitCode = null, bool TimedOut = false, string? Failure = null)
{
    // SIGHUP, SIGINT, SIGPIPE and SIGTERM end a process in order, as systemd has it.
    private static readonly long[] CleanSignals = [1, 2, 13, 15];

    private bool IsSignal => ExitCode is > 128 and < 128 + 65;

    /// <summary>Whether the run ended in order.</summary>
    public bool IsClean(ServiceOptions service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return !TimedOut && ExitCode is { } code
            && (code == 0
                || service.SuccessExitStatus.Codes.Contains((int)code)
                || (IsSignal && (CleanSignals.Contains(code - 128) || service.SuccessExitStatus.Signals.Contains((int)code - 128))));
    }

    /// <summary>Whether <c>Restart=</c> asks for another run after this end, which nobody asked for.</summary>
    public bool AsksForRestart(ServiceOptions service)
    {
        ArgumentNullException.ThrowIfNull(service);
        var clean = IsClean(service);
        return service.Restart switch
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
