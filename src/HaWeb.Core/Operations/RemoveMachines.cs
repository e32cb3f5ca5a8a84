using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>
/// Removes machines that are not alive, with what operators said of them. It is the operator's word that they are lost: units that are placed on them are placed
/// elsewhere without further proof. A machine whose agent is started again joins anew.
/// </summary>
/// <param name="Machines">Ids of machines.</param>
public sealed record RemoveMachines(IReadOnlyList<string> Machines) : IOperation
{
    /// <summary>The machines that a plan has found before: when planning again does not, they are gone and that is well.</summary>
    public IReadOnlyList<string> Found { get; init; } = [];

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var machines = MachineRecords.Find(
            state, Machines.Where(machine => MachineRecords.Exists(state, machine) || !Found.Contains(machine, StringComparer.Ordinal)), plan);
        foreach (var machine in machines)
        {
            var name = MachineRecords.NameOf(state, machine);
            if (state.Raw(state.Keys.Alive(machine)) is not null)
            {
                plan.Refuse(
                    "MachineAlive",
                    RefusalKind.Conflict,
                    machine,
                    $"{name} is alive. Suspend-HaMachine -Drain moves its units away; stop its agent then, and remove it when its session has ended.");
                continue;
            }

            var units = state.Placements[machine].Count;
            if (units > 0)
            {
                plan.Warn(
                    machine,
                    $"{name} counts as lost now: {Count(units)} placed on it {(units == 1 ? "is" : "are")} placed elsewhere. If it is only cut off, its containers run on until it returns and learns of it.");
            }

            plan.Add(
                new OperationChange(OperationAction.Remove, machine, $"{name} is not alive{(units > 0 ? $"; {Count(units)} placed elsewhere" : "")}"),
                [StoreCompare.Absent(state.Keys.Alive(machine)), MachineRecords.Unchanged(state, state.Keys.Machine(machine))],
                [
                    new StoreWrite.Delete(state.Keys.Machine(machine)),
                    new StoreWrite.Delete(state.Keys.Metadata(machine)),
                    new StoreWrite.Delete(state.Keys.Cordon(machine)),
                ]);
        }

        return plan.Build(this with { Found = [.. Found, .. machines] });
    }

    private static string Count(int units) => units == 1 ? "1 unit" : $"{units} units";
}
