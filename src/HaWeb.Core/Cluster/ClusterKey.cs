namespace HaWeb.Core.Cluster;

/// <summary>A key of the layout, taken apart.</summary>
/// <param name="Table">What kind of thing it names.</param>
/// <param name="Name">The unit, file hash, machine, template or service.</param>
/// <param name="Item">The unit on that machine, or the backend of that service; empty elsewhere.</param>
public readonly record struct ClusterKey(ClusterTable Table, string Name, string Item);
