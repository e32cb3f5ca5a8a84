using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// What an operator typed to choose machines: an id, a name, the first characters of an id (at least <see cref="ShortestPrefix"/>), or a pattern of ids and
/// names, case-sensitive. An id counts before a name, and a name before the beginning of an id.
/// </summary>
/// <param name="Names">What was typed.</param>
public sealed record MachineQuery(IReadOnlyList<string> Names)
{
    /// <summary>How many characters of an id stand for it where no other id begins with them.</summary>
    public const int ShortestPrefix = 8;

    /// <summary>Whether what fits several machines means all of them, as is right for showing them; otherwise it is refused.</summary>
    public bool Several { get; init; }

    /// <summary>The ids that are meant, each once: those of a pattern in ordinal order, the others as typed.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="refusals">What means no machine, or more than one. A pattern that matches nothing is none of them.</param>
    public IReadOnlyList<string> Resolve(ClusterState state, out IReadOnlyList<OperationRefusal> refusals)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var found = Names.SelectMany(typed => Resolve(state, typed, plan)).Distinct(StringComparer.Ordinal).ToList();
        refusals = plan.Refusals;
        return found;
    }

    /// <summary>The one machine that an id, a name or the beginning of an id means; patterns mean none here.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="typed">What was typed.</param>
    /// <param name="refusal">Why it means no machine, or not one.</param>
    /// <returns>The machine's id, or null.</returns>
    public static string? ResolveOne(ClusterState state, string typed, out OperationRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var found = Literal(state, typed, several: false, plan);
        refusal = plan.Refusals is [var first, ..] ? first : null;
        return found is [var one, ..] ? one : null;
    }

    private List<string> Resolve(ClusterState state, string typed, PlanBuilder plan)
    {
        if (!typed.AsSpan().ContainsAny('*', '?', '['))
        {
            return Literal(state, typed, Several, plan);
        }

        if (PathGlob.TryParse(typed, out var glob, out var error))
        {
            return Where(state, (id, name) => glob.IsMatch(id) || glob.IsMatch(name));
        }

        plan.Refuse("MachinePatternInvalid", RefusalKind.Invalid, typed, $"'{typed}' is no pattern of machines: {error}");
        return [];
    }

    private static List<string> Literal(ClusterState state, string typed, bool several, PlanBuilder plan)
    {
        if (MachineRecords.Exists(state, typed))
        {
            return [typed];
        }

        var found = Where(state, (_, name) => name == typed);
        if (found.Count == 0 && typed.Length >= ShortestPrefix)
        {
            found = Where(state, (id, _) => id.StartsWith(typed, StringComparison.Ordinal));
        }

        if (found.Count == 0)
        {
            plan.Refuse(MachineRecords.NotFound(typed));
        }
        else if (found.Count > 1 && !several)
        {
            plan.Refuse("MachineAmbiguous", RefusalKind.Invalid, typed, $"'{typed}' means {found.Count} machines: {string.Join(", ", found)}. Give the id of one.");
            return [];
        }

        return found;
    }

    private static List<string> Where(ClusterState state, Func<string, string, bool> fits) =>
        [.. state.Machines.Entries.Where(machine => fits(machine.Key, machine.Value.Value.Name)).Select(machine => machine.Key)];
}
