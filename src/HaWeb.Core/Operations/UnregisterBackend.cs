using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>Removes a backend that was registered by hand.</summary>
/// <param name="Service">The service.</param>
/// <param name="Name">The backend's name in the service.</param>
public sealed record UnregisterBackend(string Service, string Name) : IOperation
{
    /// <summary>Whether a plan has found the backend before: when planning again does not, it is gone and that is well.</summary>
    public bool Found { get; init; }

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        if (!ManualBackend.TryFind(state, Service, Name, plan, out var backend))
        {
            return plan.Build(this);
        }

        if (backend.Raw is not null)
        {
            plan.Add(new OperationChange(OperationAction.Unregister, backend.Target, $"was {backend.Raw.Value}"), backend.Guards, [new StoreWrite.Delete(backend.Key)]);
        }
        else if (!Found)
        {
            plan.Refuse("BackendNotFound", RefusalKind.NotFound, backend.Target, $"There is no backend {Name} in service {Service}. Get-HaBackend {Service} lists them.");
        }

        return plan.Build(this with { Found = true });
    }
}
