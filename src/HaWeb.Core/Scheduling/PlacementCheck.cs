namespace HaWeb.Core.Scheduling;

/// <summary>The rules of placement, of one unit on one machine.</summary>
internal static class PlacementCheck
{
    /// <summary>Why a machine does not take a unit; null when it does.</summary>
    public static PlacementRefusal? Refusal(PlacementRules rules, MachineSlot slot, IReadOnlySet<string> avoid)
    {
        return MachineRefusal(rules, slot) ?? PeerRefusal(rules, slot) ?? ClashRefusal(rules, slot) ?? CapacityRefusal(rules, slot, 0) ?? AvoidRefusal(slot, avoid);
    }

    /// <summary>Why a unit's rules keep it off a machine, whether or not the machine could take anything now; null when they do not.</summary>
    public static PlacementRefusal? Exclusion(PlacementRules rules, MachineSlot slot) => slot.Machine is { } machine
        ? DemandRefusal(rules, machine) ?? PeerRefusal(rules, slot) ?? ClashRefusal(rules, slot)
        : null;

    /// <summary>The units that would have to leave the machine for a unit; null when that would not do, none when it takes it at once.</summary>
    public static List<Occupant>? Evicted(PlacementRules rules, MachineSlot slot, IReadOnlySet<string> avoid, bool globalsToo)
    {
        if ((MachineRefusal(rules, slot) ?? PeerRefusal(rules, slot) ?? AvoidRefusal(slot, avoid)) is not null)
        {
            return null;
        }

        var evicted = new List<Occupant>();
        foreach (var occupant in slot.Occupants)
        {
            if (Clash(rules, occupant) is null)
            {
                continue;
            }

            if (!Outranks(rules, occupant.Rules, globalsToo))
            {
                return null;
            }

            evicted.Add(occupant);
        }

        return CapacityRefusal(rules, slot, evicted.Count) is null ? evicted : null;
    }

    /// <summary>Why two units cannot share a machine; null when they can.</summary>
    public static PlacementRefusal? Clash(PlacementRules rules, Occupant occupant)
    {
        if (occupant.Unit == rules.Unit)
        {
            return null;
        }

        if (rules.ConflictsWith(occupant.Unit))
        {
            return new(PlacementRule.Conflict, $"conflicts with {occupant.Unit}");
        }

        if (occupant.Rules.ConflictsWith(rules.Unit))
        {
            return new(PlacementRule.Conflict, $"{occupant.Unit} conflicts with it");
        }

        // Two that replace each other mean nothing by it.
        if (rules.ReplacesUnit(occupant.Unit) != occupant.Rules.ReplacesUnit(rules.Unit))
        {
            return new(PlacementRule.Replaces, rules.ReplacesUnit(occupant.Unit) ? $"replaces {occupant.Unit}, which is there" : $"{occupant.Unit} replaces it");
        }

        return PortRefusal(rules, occupant);
    }

    private static bool Outranks(PlacementRules rules, PlacementRules occupant, bool globalsToo) =>
        (globalsToo && occupant.IsGlobal && !rules.IsGlobal) || (rules.ReplacesUnit(occupant.Unit) && !occupant.ReplacesUnit(rules.Unit));

    private static PlacementRefusal? MachineRefusal(PlacementRules rules, MachineSlot slot)
    {
        if (slot.Machine is not { Alive: true } machine)
        {
            return new(PlacementRule.Alive, "its agent is not alive");
        }

        if (machine.Cordoned)
        {
            return new(PlacementRule.Cordon, "it is cordoned");
        }

        if (!machine.DockerAnswers)
        {
            return new(PlacementRule.Docker, "its Docker Engine does not answer");
        }

        return DemandRefusal(rules, machine);
    }

    private static PlacementRefusal? DemandRefusal(PlacementRules rules, PlanMachine machine)
    {
        if (rules.MachineId is { } id && id != machine.Id && !(id.Length == 8 && machine.Id.StartsWith(id, StringComparison.Ordinal)))
        {
            return new(PlacementRule.MachineId, $"MachineID={id} is another machine");
        }

        return MetadataRefusal(rules, machine)
            ?? (rules.NeedsProcess && !machine.AllowProcess
                ? new PlacementRefusal(PlacementRule.Process, "it runs a command on the machine itself, and the agent was not started with -AllowProcess")
                : null);
    }

    private static PlacementRefusal? MetadataRefusal(PlacementRules rules, PlanMachine machine)
    {
        foreach (var requirement in rules.Metadata)
        {
            var actual = machine.Metadata.GetValueOrDefault(requirement.Key);
            if (!requirement.IsMetBy(actual))
            {
                return new(PlacementRule.Metadata, $"needs {requirement}, it has {(actual is null ? $"no {requirement.Key}" : $"{requirement.Key}={actual}")}");
            }
        }

        return null;
    }

    private static PlacementRefusal? PeerRefusal(PlacementRules rules, MachineSlot slot)
    {
        for (var i = 0; i < rules.MachineOf.Count; i++)
        {
            if (slot.Find(rules.MachineOf[i]) is null or { Leaving: true })
            {
                return new(PlacementRule.MachineOf, $"{(rules.MachineOf[i] == rules.TimedService ? "its service " : "MachineOf=")}{rules.MachineOf[i]} is not placed there");
            }
        }

        return null;
    }

    private static PlacementRefusal? ClashRefusal(PlacementRules rules, MachineSlot slot)
    {
        if (!slot.MayClash(rules))
        {
            return null;
        }

        for (var i = 0; i < slot.Occupants.Count; i++)
        {
            if (Clash(rules, slot.Occupants[i]) is { } clash)
            {
                return clash;
            }
        }

        return null;
    }

    private static PlacementRefusal? PortRefusal(PlacementRules rules, Occupant occupant)
    {
        for (var i = 0; i < rules.Ports.Count; i++)
        {
            for (var j = 0; j < occupant.Rules.Ports.Count; j++)
            {
                if (rules.Ports[i].Overlaps(occupant.Rules.Ports[j]))
                {
                    return new(PlacementRule.Port, $"port {rules.Ports[i]} is taken by {occupant.Unit}");
                }
            }
        }

        return null;
    }

    private static PlacementRefusal? CapacityRefusal(PlacementRules rules, MachineSlot slot, int leaving)
    {
        if (slot.Machine!.MaxUnits is not { } limit)
        {
            return null;
        }

        var others = slot.Count - (slot.Find(rules.Unit) is null ? 0 : 1);
        return others - leaving >= limit ? new(PlacementRule.Capacity, $"it has {others} of at most {limit} units") : null;
    }

    private static PlacementRefusal? AvoidRefusal(MachineSlot slot, IReadOnlySet<string> avoid) =>
        avoid.Contains(slot.Id) ? new(PlacementRule.Avoid, "it kept failing there") : null;
}
