namespace HaWeb.Core.Units;

/// <summary>Ends that an option names: <c>SuccessExitStatus=</c>, <c>RestartPreventExitStatus=</c> or <c>RestartForceExitStatus=</c>.</summary>
/// <param name="Codes">Exit codes.</param>
/// <param name="Signals">Signals, by number.</param>
public sealed record ExitStatusSet(IReadOnlyList<int> Codes, IReadOnlyList<int> Signals)
{
    /// <summary>None.</summary>
    public static ExitStatusSet Empty { get; } = new([], []);

    /// <summary>Whether an end is one of them.</summary>
    /// <param name="exitCode">The exit code, or 128 and the number of the signal.</param>
    public bool Contains(long exitCode) => Codes.Contains((int)exitCode) || (exitCode > 128 && Signals.Contains((int)exitCode - 128));
}
