namespace HaWeb.Core.Units;

/// <summary>Where a unit may run: the <c>[X-Fleet]</c> section, for one unit name, its specifiers replaced.</summary>
public sealed record FleetOptions
{
    /// <summary>The machine it must run on: a full id or its first 8 characters; null for any.</summary>
    public string? MachineId { get; init; }

    /// <summary>The units that must all be placed on its machine; the service of a timer is one of them.</summary>
    public IReadOnlyList<UnitName> MachineOf { get; init; } = [];

    /// <summary>What the machine's metadata must be: all of these.</summary>
    public IReadOnlyList<MetadataRequirement> MachineMetadata { get; init; } = [];

    /// <summary>The units it does not share a machine with. It never conflicts with itself.</summary>
    public IReadOnlyList<PathGlob> Conflicts { get; init; } = [];

    /// <summary>The units that leave the machine it is placed on.</summary>
    public IReadOnlyList<PathGlob> Replaces { get; init; } = [];

    /// <summary>Whether it runs on every machine that its metadata and conflicts allow.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>Reads the section.</summary>
    /// <param name="name">The unit.</param>
    /// <param name="file">Its file.</param>
    /// <param name="problems">What is wrong with the section. Options that are wrong are left out of the result.</param>
    public static FleetOptions Read(UnitName name, UnitFile file, out IReadOnlyList<UnitProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(file);
        var found = new OptionProblems();
        var options = new FleetOptionsReader(name, found).Read(file);
        problems = found.All;
        return options;
    }
}
