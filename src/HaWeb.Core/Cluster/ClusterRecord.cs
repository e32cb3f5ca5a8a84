namespace HaWeb.Core.Cluster;

/// <summary>
/// <c>cluster</c>: the cluster's own id, made once. It labels containers, so it must outlive etcd's cluster id, which a restored backup changes.
/// </summary>
public sealed record ClusterRecord : StoredRecord
{
    /// <summary>The id.</summary>
    public required string Id { get; init => field = Required(value); }
}
