using HaWeb.Core.Cluster;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A stored unit file.</summary>
public sealed class HaUnitFile
{
    /// <summary>The unit or template.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a template.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>The hash of its content.</summary>
    public required string Hash { get; init; }

    /// <summary>The text.</summary>
    public required string Content { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The text: <c>Set-Content</c> writes it.</summary>
    public override string ToString() => Content;

    /// <summary>A stored unit's file; null when it is not stored.</summary>
    internal static HaUnitFile? Find(ClusterState state, string name, HaCluster cluster) =>
        state.Units[name] is { Value.Hash: var hash } && state.Files[hash] is { Value: var text }
            ? new HaUnitFile { Name = name, IsTemplate = UnitName.Parse(name).IsTemplate, Hash = hash, Content = text, Cluster = cluster }
            : null;
}
