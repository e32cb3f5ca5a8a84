namespace HaWeb.Core.Units;

/// <summary>Ends that count as success beside exit code 0 (<c>SuccessExitStatus=</c>).</summary>
/// <param name="Codes">Exit codes.</param>
/// <param name="Signals">Signals, by number.</param>
public sealed record ExitStatusSet(IReadOnlyList<int> Codes, IReadOnlyList<int> Signals)
{
    /// <summary>Nothing beside 0.</summary>
    public static ExitStatusSet Empty { get; } = new([], []);
}
