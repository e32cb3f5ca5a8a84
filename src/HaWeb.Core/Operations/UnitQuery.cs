using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// What an operator typed to choose units: names with or without suffix, brace ranges, wildcards, and templates with instances.
/// </summary>
/// <param name="Names">What was typed.</param>
public sealed record UnitQuery(IReadOnlyList<string> Names)
{
    /// <summary>
    /// Instances to take of every name that is a template: <c>nginx@</c> with 1 and 2 is <c>nginx@1.service</c> and <c>nginx@2.service</c>. With braces as
    /// names have, and without them a range too: PowerShell passes an argument <c>1..3</c> as text.
    /// </summary>
    public IReadOnlyList<string> Instances { get; init; } = [];

    /// <summary>Which units are meant.</summary>
    public UnitScope Scope { get; init; }

    /// <summary>The full names that are meant, each once: those of a wildcard in the order people count, the others as typed.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="refusals">The names that mean nothing. A wildcard that matches nothing is none of them.</param>
    public IReadOnlyList<string> Resolve(ClusterState state, out IReadOnlyList<OperationRefusal> refusals)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var found = new List<string>();
        List<UnitName>? stored = null;
        foreach (var typed in Names)
        {
            if (!BraceExpansion.TryExpand(typed, out var expanded, out var braces))
            {
                plan.Refuse("UnitNameInvalid", RefusalKind.Invalid, typed, braces.Message);
                continue;
            }

            foreach (var text in expanded)
            {
                if (!UnitNamePattern.TryParse(text, out var pattern, out var error))
                {
                    plan.Refuse("UnitNameInvalid", RefusalKind.Invalid, text, error);
                }
                else if (pattern.HasWildcards)
                {
                    found.AddRange((stored ??= Stored(state)).Where(name => Matches(pattern, name)).Select(name => name.FullName));
                }
                else
                {
                    found.AddRange(Literal(state, text, plan));
                }
            }
        }

        refusals = plan.Refusals;
        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    private static List<UnitName> Stored(ClusterState state)
    {
        var names = new List<UnitName>(state.Units.Count);
        foreach (var text in state.Units.Names)
        {
            if (UnitName.TryParse(text, out var name, out _))
            {
                names.Add(name);
            }
        }

        names.Sort(UnitNameComparer.Instance);
        return names;
    }

    private bool Matches(UnitNamePattern pattern, UnitName name) => Scope switch
    {
        UnitScope.Templates => pattern.IsMatch(name, templates: true),
        UnitScope.Files => pattern.IsMatch(name) || pattern.IsMatch(name, templates: true),
        _ => pattern.IsMatch(name),
    };

    private IEnumerable<string> Literal(ClusterState state, string text, PlanBuilder plan)
    {
        if (!UnitRecords.TryName(text, plan, out var name))
        {
            yield break;
        }

        if (Instances.Count == 0)
        {
            if (Exists(state, name, plan))
            {
                yield return name.FullName;
            }

            yield break;
        }

        if (!name.IsTemplate)
        {
            plan.Refuse("NotATemplate", RefusalKind.Invalid, name.FullName, $"{name} is not a template, so it has no instances. Write it as {name.Prefix}@.{name.Suffix}, or leave -Instance out.");
            yield break;
        }

        foreach (var instance in Instances.SelectMany(typed => Expand(typed, plan)))
        {
            if (UnitRecords.TryName($"{name.Prefix}@{instance}.{name.Suffix}", plan, out var one) && Exists(state, one, plan))
            {
                yield return one.FullName;
            }
        }
    }

    private static IReadOnlyList<string> Expand(string instance, PlanBuilder plan)
    {
        if (instance.Contains("..", StringComparison.Ordinal) && BraceExpansion.TryExpand($"{{{instance}}}", out var range, out _))
        {
            return range;
        }

        if (!BraceExpansion.TryExpand(instance, out var expanded, out var error))
        {
            plan.Refuse("UnitNameInvalid", RefusalKind.Invalid, instance, error.Message);
        }

        return expanded ?? [];
    }

    private bool Exists(ClusterState state, UnitName name, PlanBuilder plan)
    {
        // What can be started, and what cannot, StartUnits says better.
        if (Scope == UnitScope.Startable)
        {
            return true;
        }

        if (Scope == UnitScope.Templates && !name.IsTemplate)
        {
            plan.Refuse("NotATemplate", RefusalKind.Invalid, name.FullName, $"{name} is not a template: the name of one has nothing between '@' and the suffix.");
            return false;
        }

        return UnitRecords.Find(state, name, plan) is not null;
    }
}
