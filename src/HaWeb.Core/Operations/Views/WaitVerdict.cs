namespace HaWeb.Core.Operations.Views;

/// <summary>How far a unit is on its way to a <see cref="WaitGoal"/>.</summary>
public abstract record WaitVerdict
{
    private WaitVerdict()
    {
    }

    /// <summary>It is there.</summary>
    public sealed record Done : WaitVerdict;

    /// <summary>It is on its way.</summary>
    /// <param name="Progress">What it waits for, for people.</param>
    public sealed record Going(string Progress) : WaitVerdict;

    /// <summary>It will not get there by itself.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Kind">What kind of failure it is (<see cref="Cluster.StatusRecord.Failure"/>), where it has a name.</param>
    public sealed record Failed(string Reason, string? Kind = null) : WaitVerdict;
}
