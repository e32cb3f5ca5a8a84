using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Keeps new units off machines, and has the engine move away what is on them if they are to be drained. A machine of which that or more is wanted already is
/// left as it is.
/// </summary>
/// <param name="Machines">Ids of machines.</param>
/// <param name="Drain">Whether their units are moved away: one instance of a service at a time.</param>
/// <param name="Force">Whether a drain may take the last healthy backend of a service, and units that no other machine takes.</param>
/// <param name="Reason">Why, in the operator's words; null keeps the words that are there.</param>
public sealed record CordonMachines(IReadOnlyList<string> Machines, bool Drain = false, bool Force = false, string? Reason = null) : IOperation
{
    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var units = new MachineUnits(state);
        foreach (var machine in MachineRecords.Find(state, Machines, plan))
        {
            var key = state.Keys.Cordon(machine);
            if (MachineRecords.IsMalformed(state, machine, key, plan))
            {
                continue;
            }

            var before = state.Cordons[machine]?.Value;
            var wanted = (before ?? new CordonRecord { Since = now }) with
            {
                Drain = Drain || before is { Drain: true },
                Force = (Drain && Force) || before is { Force: true },
                Reason = Reason ?? before?.Reason,
            };
            if (wanted == before)
            {
                continue;
            }

            var leaving = Drain ? units.Ordinary(machine).ToList() : [];
            if (WhyUnsafe(state, leaving) is { } refusal)
            {
                plan.Refuse(refusal with { Target = machine, Message = $"{MachineRecords.NameOf(state, machine)} is not drained. {refusal.Message}" });
                continue;
            }

            // The engine keeps the last healthy backend of a service too, at the moment when it takes each unit, so no guard has to stand for it here.
            plan.Add(
                new OperationChange(Drain ? OperationAction.Drain : OperationAction.Suspend, machine, Describe(MachineRecords.NameOf(state, machine), leaving.Count)),
                [MachineRecords.Same(state, machine), MachineRecords.Unchanged(state, key)],
                [new StoreWrite.Put(key, RecordCodec.Write(wanted))]);
        }

        return plan.Build(this);
    }

    private OperationRefusal? WhyUnsafe(ClusterState state, IReadOnlyList<string> leaving)
    {
        var names = leaving.Select(UnitName.Parse).ToList();
        var services = ServiceGuard.Judge(state, names, Force, oneByOne: true);
        return names.Select(unit => services.Refusal(unit, "Moving")).FirstOrDefault(refusal => refusal is not null);
    }

    private string Describe(string name, int units)
    {
        var why = Reason is { Length: > 0 } ? $", since: {Reason}" : "";
        var moved = units switch
        {
            0 => " and has none to move away",
            1 => ", and its unit is moved away",
            _ => $", and its {units} units are moved away",
        };
        return $"{name} gets no new units{(Drain ? moved : "")}{why}";
    }
}
