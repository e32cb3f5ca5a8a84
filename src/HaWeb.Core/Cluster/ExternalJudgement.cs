namespace HaWeb.Core.Cluster;

/// <summary>What the machines of balancers say of backends that were registered by hand. What they said of an earlier registration counts for nothing.</summary>
internal static class ExternalJudgement
{
    /// <summary>What is said of one backend, by machine and balancer.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="service">The service.</param>
    /// <param name="name">The backend's name in it.</param>
    /// <param name="revision">The revision of its key's last change.</param>
    public static IEnumerable<(string Machine, string Balancer, ExternalHealthRecord Health)> Of(ClusterState state, string service, string name, long revision) =>
        state.Balancers.Entries.SelectMany(balancer => balancer.Entry.Value.External
            .Where(one => one.Service == service && one.Name == name && one.Revision == revision)
            .Select(one => (balancer.Owner, balancer.Item, one)));

    /// <summary>A backend of a service that some balancer's machine has found healthy, and none unhealthy; null when there is none.</summary>
    public static ExternalHealthRecord? Serving(ClusterState state, string service)
    {
        var said = state.Balancers.Entries.SelectMany(balancer => balancer.Entry.Value.External).Where(one => one.Service == service).ToList();
        return said.Find(one => one.Healthy && !said.Exists(other => other.Name == one.Name && (!other.Healthy || other.Revision > one.Revision)));
    }
}
