using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>Stores a backend that no unit stands for. It has no lease: it stays until it is unregistered.</summary>
/// <param name="Service">The service.</param>
/// <param name="Name">The backend's name in the service.</param>
/// <param name="Backend">Where it is and how much it takes.</param>
public sealed record RegisterBackend(string Service, string Name, Backend Backend) : IOperation
{
    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        if (ManualBackend.TryFind(state, Service, Name, plan, out var backend) && (backend.Raw is null || backend.Raw.Value != Backend.ToString()))
        {
            plan.Add(
                new OperationChange(OperationAction.Register, backend.Target, backend.Raw is null ? Backend.ToString() : $"{Backend}, was {backend.Raw.Value}"),
                backend.Guards,
                [new StoreWrite.Put(backend.Key, Backend.ToString())]);
        }

        return plan.Build(this);
    }
}
