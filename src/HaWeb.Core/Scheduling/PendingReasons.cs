using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>Why units wait for a machine: the planner's answers of every machine, for people.</summary>
public sealed class PendingReasons
{
    private readonly ClusterState _state;
    private readonly PlacementView _view;

    /// <summary>Makes one of the state as it is now.</summary>
    public PendingReasons(ClusterState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _state = state;
        _view = new PlacementView(state);
    }

    /// <summary>What every machine says to a unit.</summary>
    /// <param name="unit">The unit's full name.</param>
    /// <param name="now">The time, for machines that it is kept away from for a while.</param>
    /// <returns>The answers by machine id; null when the unit's file is missing or wrong.</returns>
    public IReadOnlyList<PlacementAnswer>? Explain(string unit, DateTimeOffset now) =>
        _view.RulesOf(unit) is { } rules ? _view.Planner.Explain(rules, _view.AvoidedBy(unit, now)) : null;

    /// <summary>The same in one line.</summary>
    public string Of(string unit, DateTimeOffset now)
    {
        if (Explain(unit, now) is not { } answers)
        {
            return "its unit file is missing or wrong: Test-HaUnit says how";
        }

        if (answers.Count == 0)
        {
            return "no machine has joined the cluster: run Start-HaAgent on one";
        }

        return answers.Any(answer => answer.Refusal is null)
            ? "it is about to be placed"
            : "no machine takes it: " + GroupedReasons.Of(answers.Select(answer => (NameOf(answer.Machine), answer.Refusal!.Reason)));
    }

    private string NameOf(string machine) => _state.Machines[machine]?.Value.Name is { Length: > 0 } name ? name : machine;
}
