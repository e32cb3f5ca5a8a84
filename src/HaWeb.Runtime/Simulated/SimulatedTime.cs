namespace HaWeb.Runtime.Simulated;

/// <summary>The virtual clock of a simulated cluster. It stands still while nobody works on the cluster.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class SimulatedTime(SimulatedCluster cluster) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => cluster.Use(world => world.Now);
}
