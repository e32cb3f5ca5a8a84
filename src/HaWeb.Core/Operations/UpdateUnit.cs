using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Wants another unit file rolled over the instances of a template, or over one plain unit, by the engine. Content that they all have is no change; content that
/// is being rolled out already joins that update.
/// </summary>
/// <param name="Name">The full name of the template or plain unit.</param>
/// <param name="Content">What it gets.</param>
public sealed record UpdateUnit(string Name, UpdateContent Content) : IOperation
{
    /// <summary>How many running instances may be unavailable at a time.</summary>
    public int MaxUnavailable { get; init; } = 1;

    /// <summary>How many have to prove the file before any other gets it; 0 for none.</summary>
    public int Canary { get; init; }

    /// <summary>Whether it waits for an operator after those.</summary>
    public bool Pause { get; init; }

    /// <summary>How long an instance has to be available without a break.</summary>
    public TimeSpan MinHealthyTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an instance may take for that before the update goes back.</summary>
    public TimeSpan HealthyDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether it may take the last healthy backend of a service, and units that no machine takes with the new file.</summary>
    public bool Force { get; init; }

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        if (UpdateTargets.Find(state, Name, plan) is { } name && TextFor(state, name, plan) is { } text)
        {
            Plan(state, name, text, now, plan);
        }

        return plan.Build(this);
    }

    private void Plan(ClusterState state, UnitName name, string text, DateTimeOffset now, PlanBuilder plan)
    {
        var record = state.Units[name.FullName]!.Value;
        var running = state.Updates[name.FullName]?.Value;
        if (MinHealthyTime >= HealthyDeadline)
        {
            plan.Refuse("UpdateNeverProves", RefusalKind.Invalid, name.FullName, $"An instance has {HealthyDeadline.TotalSeconds:0.###} s to be healthy for {MinHealthyTime.TotalSeconds:0.###} s without a break, which none can: give a longer HealthyDeadline or a shorter MinHealthyTime.");
            return;
        }

        if (Pause && Canary == 0)
        {
            plan.Refuse("PauseNeedsCanary", RefusalKind.Invalid, name.FullName, "An update that is started with -Pause waits after its canaries: say with -Canary how many.");
            return;
        }

        if (UnitChecks.Check(name, text, (Content as UpdateContent.File)?.Path, plan) is not { } unit)
        {
            return;
        }

        if (running is { IsUnderWay: true })
        {
            if (running.To != unit.Hash || running.State != UpdateState.Running)
            {
                plan.Refuse(UpdateTargets.InProgress(name, running));
            }

            return;
        }

        var view = new PlacementView(state);
        var update = new UpdateRecord
        {
            From = record.Hash,
            To = unit.Hash,
            MaxUnavailable = MaxUnavailable,
            Canary = Canary,
            PauseAfterCanary = Pause,
            MinHealthyTime = MinHealthyTime,
            HealthyDeadline = HealthyDeadline,
            Force = Force,
            Started = now,
        };
        var members = RollingMember.Of(state, view, name.FullName, update).ToList();
        if (record.Hash == unit.Hash && members.TrueForAll(member => !member.IsPending))
        {
            plan.Warn(name.FullName, $"{name} has this content already{(name.IsTemplate ? ", and so have its instances" : "")}: there is nothing to update.");
            return;
        }

        if (WhyNot(state, view, name, unit, text, [.. members.Where(member => member.IsPending)], now) is { } refusal)
        {
            plan.Refuse(refusal);
            return;
        }

        var key = state.Keys.Update(name.FullName);
        plan.Add(
            new OperationChange(OperationAction.Update, name.FullName, Describe(record, update, members)),
            [UnitRecords.Unchanged(state, name), MachineRecords.Unchanged(state, key)],
            [
                UnitRecords.PutFile(state, unit.Hash, text),
                .. record.Hash == unit.Hash ? [] : (IReadOnlyList<StoreWrite>)[UnitRecords.PutFile(state, record.Hash, "")],
                new StoreWrite.Put(key, RecordCodec.Write(update)),
            ]);
    }

    private string? TextFor(ClusterState state, UnitName name, PlanBuilder plan)
    {
        var hash = state.Units[name.FullName]!.Value.Hash;
        if (Content is UpdateContent.File { Text: var given })
        {
            return given;
        }

        if (Content is UpdateContent.Former)
        {
            hash = state.Updates[name.FullName]?.Value.From ?? hash;
        }

        if (state.Files[hash] is not { Value: var text })
        {
            plan.Refuse(UnitRecords.FileMissing(name, hash));
            return null;
        }

        if (Content is not UpdateContent.Image { Name: var image })
        {
            return text;
        }

        if (!ImageReference.TryParse(image, out _))
        {
            plan.Refuse("ImageInvalid", RefusalKind.Invalid, name.FullName, $"'{image}' is not an image's name. Names are lower-case: registry/path:tag.");
            return null;
        }

        if (UnitImage.Replace(name, text, image) is { } changed)
        {
            return changed;
        }

        plan.Refuse("ImageNotFound", RefusalKind.Conflict, name.FullName, $"No docker line of {name} says plainly which image its container is made from. Give the new file with -Path or -Content.");
        return null;
    }

    private OperationRefusal? WhyNot(ClusterState state, PlacementView view, UnitName name, UnitDefinition unit, string text, IReadOnlyList<RollingMember> members, DateTimeOffset now)
    {
        var former = state.Files[state.Units[name.FullName]!.Value.Hash] is { Value: var stored } ? UnitLinter.Check(name, stored).Definition : null;
        if (former is not null && former.Fleet.IsGlobal != unit.Fleet.IsGlobal)
        {
            return new OperationRefusal("GlobalChanged", RefusalKind.Invalid, name.FullName, $"An update does not make {name} global, or ordinary again: remove it, import the new file, and start it.");
        }

        var changed = new Dictionary<string, UnitDefinition>(StringComparer.Ordinal);
        foreach (var instance in members.Select(member => member.Unit).Distinct(StringComparer.Ordinal).Select(UnitName.Parse))
        {
            var check = UnitLinter.Check(instance, text);
            if (check.Definition is not { } definition)
            {
                return new OperationRefusal("UnitFileInvalid", RefusalKind.Invalid, instance.FullName, $"The file is wrong for {instance}: {string.Join("; ", check.Problems.Where(problem => problem.Severity == ProblemSeverity.Error))}");
            }

            changed.Add(instance.FullName, definition);
        }

        var peers = new UnitPeers(state, changed.Values.Append(unit).DistinctBy(definition => definition.Name));
        if (changed.Values.Append(unit).Select(definition => (definition.Name, Cycle: peers.FindCycle(definition.Name))).FirstOrDefault(one => one.Cycle is not null) is { Cycle: { } cycle } tied)
        {
            return UnitPeers.Refusal(tied.Name, cycle);
        }

        var addresses = new SharedAddresses(state, []);
        if (changed.Values.Append(unit).Select(addresses.Conflict).FirstOrDefault(conflict => conflict is not null) is { } taken)
        {
            return taken;
        }

        var services = ServiceGuard.Judge(state, [.. members.Where(member => member.Machine is null).Select(member => UnitName.Parse(member.Unit))], Force, oneByOne: true);
        foreach (var member in members)
        {
            var definition = changed[member.Unit];
            var interrupts = view.DefinitionOf(member.Unit, member.Hash)?.RunHash != definition.RunHash;
            if ((interrupts ? services.Refusal(definition.Name, "Updating") : null) is { } last)
            {
                return last;
            }

            if (!Force && member.Machine is null && member.Place is { } place && WhyStuck(view, PlacementRules.Of(definition), place, now) is { } stuck)
            {
                return new OperationRefusal("MachineRefuses", RefusalKind.Conflict, member.Unit, $"With its new file {member.Unit} cannot stay on {MachineRecords.NameOf(state, place)} ({stuck}), and no other machine takes it. Get-HaPlacement shows where units can be; -Force lets it wait for a machine.");
            }
        }

        return null;
    }

    private static string? WhyStuck(PlacementView view, PlacementRules rules, string place, DateTimeOffset now)
    {
        if (view.Planner.Exclusion(rules, place) is not { } refusal)
        {
            return null;
        }

        var elsewhere = new SortedSet<string>(view.AvoidedBy(rules.Unit, now), StringComparer.Ordinal) { place };
        return view.Planner.ChooseOver(rules, view.FollowersOf(rules.Unit), elsewhere) is null ? refusal.Reason : null;
    }

    private string Describe(UnitRecord record, UpdateRecord update, List<RollingMember> members)
    {
        var whom = members.Count == 1 ? members[0].Key : $"{members.Count(member => member.IsPending)} of {members.Count} instances, at most {MaxUnavailable} unavailable at a time";
        var canary = Canary == 0 ? "" : $"; the first {Canary} prove it before the others get it{(Pause ? ", which then wait for an operator" : "")}";
        return $"from {record.Hash[..8]} to {update.To[..8]}, {whom}{canary}";
    }
}
