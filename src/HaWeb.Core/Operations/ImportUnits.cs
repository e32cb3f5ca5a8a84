using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Stores unit files, templates included. They are inactive until something starts them. The same content again changes nothing.</summary>
/// <param name="Sources">The files.</param>
public sealed record ImportUnits(IReadOnlyList<UnitSource> Sources) : IOperation
{
    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var accepted = Accept(state, plan);
        var peers = new UnitPeers(state, accepted.Select(one => one.Unit));
        var addresses = new SharedAddresses(state, [.. accepted.Select(one => one.Unit)]);
        var known = accepted.Select(one => one.Unit.Name).ToHashSet();
        foreach (var (unit, source) in accepted)
        {
            var name = unit.Name;
            if (unit.Timer is { Service: var service } && !TimerServices.IsAmong(service, one => known.Contains(one) || state.Units.Contains(one.FullName)))
            {
                plan.Warn(name.FullName, $"{source.Path ?? name.FullName}: {TimerServices.Missing(name, service)}");
            }

            if (peers.FindCycle(name) is { } cycle)
            {
                plan.Refuse(UnitPeers.Refusal(name, cycle));
                continue;
            }

            if (addresses.Conflict(unit) is { } conflict)
            {
                plan.Refuse(conflict);
                continue;
            }

            var existing = state.Units[name.FullName];
            var record = existing?.Value ?? UnitRecords.New(state, name, unit.Hash);
            plan.Add(
                new OperationChange(OperationAction.Import, name.FullName, Describe(name, source, existing is not null)),
                [UnitRecords.Unchanged(state, name)],
                [UnitRecords.PutFile(state, unit.Hash, source.Text), UnitRecords.Put(state, name, record)]);
        }

        return plan.Build(this);
    }

    private static string Describe(UnitName name, UnitSource source, bool repaired)
    {
        var kind = repaired ? "its file was missing and is stored again" : name.IsTemplate ? "new template" : "new unit, inactive until it is started";
        return source.Path is null ? kind : $"{kind}, from {source.Path}";
    }

    private List<(UnitDefinition Unit, UnitSource Source)> Accept(ClusterState state, PlanBuilder plan)
    {
        var accepted = new List<(UnitDefinition Unit, UnitSource Source)>();
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in Sources)
        {
            if (!UnitRecords.TryName(source.Name, plan, out var name) || UnitRecords.IsMalformed(state, name, plan))
            {
                continue;
            }

            if (UnitChecks.Check(name, source.Text, source.Path, plan) is not { } unit)
            {
                continue;
            }

            if (!hashes.TryAdd(name.FullName, unit.Hash))
            {
                if (hashes[name.FullName] != unit.Hash)
                {
                    plan.Refuse("UnitGivenTwice", RefusalKind.Invalid, name.FullName, $"{name} is given twice with different content{At(source)}; the first one counts.");
                }
            }
            else if (state.Units[name.FullName] is { } existing && existing.Value.Hash != unit.Hash)
            {
                plan.Refuse(
                    "UnitExists",
                    RefusalKind.Exists,
                    name.FullName,
                    $"{name} is stored with other content{At(source)}. Update-HaUnit replaces it step by step; Remove-HaUnit removes it.");
            }
            else if (state.Units[name.FullName] is null || !state.Files.Contains(unit.Hash))
            {
                accepted.Add((unit, source));
            }
        }

        return accepted;
    }

    private static string At(UnitSource source) => source.Path is null ? "" : $" than {source.Path} has";
}
