namespace HaWeb.Core.Cluster;

/// <summary><c>machines/MACHINE/metadata</c>: what the operator says of a machine.</summary>
public sealed record MetadataRecord : StoredRecord
{
    /// <summary>Key and value pairs, which win over the agent's own.</summary>
    public SortedDictionary<string, string> Values { get; init => field = Ordinal(value); } = new(StringComparer.Ordinal);
}
