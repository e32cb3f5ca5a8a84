using HaWeb.Core.Cluster;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>What a simulated cluster has stored: read once for each revision, however often a test that waits for something looks.</summary>
internal sealed class StoredState(SimulatedWorld world)
{
    private (ulong Cluster, long Revision) _at;
    private ClusterState? _state;

    /// <summary>The state as it is now. One that was taken earlier stays as it was.</summary>
    public ClusterState Now
    {
        get
        {
            var at = (world.Store.ClusterId, world.Store.Revision);
            if (_state is null || at != _at)
            {
                (_at, _state) = (at, world.Read());
            }

            return _state;
        }
    }
}
