using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// What an engine has seen with its own eyes of the units that rolling updates try: since when each can be judged, and since when it is available without a
/// break. Another engine, and the same one after a gap of the store, begins anew: no unit is condemned, and none is trusted, for a time that nobody watched.
/// </summary>
public sealed class UpdateTrials
{
    private readonly Dictionary<(string Unit, string Machine), Trial> _trials = [];

    /// <summary>Nothing was seen for a while.</summary>
    public void Clear() => _trials.Clear();

    /// <summary>A unit is tried no longer, or cannot be judged now.</summary>
    public void Forget(string unit, string machine) => _trials.Remove((unit, machine));

    /// <summary>Notes how a unit is now.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="machine">Its machine; empty while it has none.</param>
    /// <param name="isAvailable">Whether it is available with its new file.</param>
    /// <param name="status">What its machine says of it.</param>
    /// <param name="now">The time.</param>
    /// <returns>Since when it can be judged, and since when it is available without a break; null when it is not.</returns>
    public (DateTimeOffset Since, DateTimeOffset? AvailableSince) See(string unit, string machine, bool isAvailable, StatusRecord? status, DateTimeOffset now)
    {
        var before = _trials.GetValueOrDefault((unit, machine)) ?? new Trial(now, null, 0, null);
        var isSame = status is not null && before.Container == status.Container && before.Restarts == status.Restarts;
        var trial = new Trial(before.Since, isAvailable ? isSame ? before.AvailableSince ?? now : now : null, status?.Restarts ?? 0, status?.Container);
        _trials[(unit, machine)] = trial;
        return (trial.Since, trial.AvailableSince);
    }

    private sealed record Trial(DateTimeOffset Since, DateTimeOffset? AvailableSince, int Restarts, string? Container);
}
