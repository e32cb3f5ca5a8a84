using HaWeb.Core.Cluster;

namespace HaWeb.Core.Operations;

/// <summary>What an operator asks for, as a value that can be planned against any state of the cluster, and again when the state has moved on.</summary>
public interface IOperation
{
    /// <summary>What has to change so that the request is met. What is already as asked for needs no step.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="now">The time.</param>
    OperationPlan Plan(ClusterState state, DateTimeOffset now);
}
