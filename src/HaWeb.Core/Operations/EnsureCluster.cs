using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>Gives the cluster its id, once. Whoever comes first makes it; all come to the same one.</summary>
/// <param name="StoreId">The id of the store, <see cref="StoreListing.ClusterId"/>.</param>
public sealed record EnsureCluster(ulong StoreId) : IOperation
{
    /// <summary>The id that a cluster gets: of the store and of the prefix, since one store may hold several clusters.</summary>
    public static string IdOf(ulong storeId, ClusterKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var text = storeId.ToString("x16", CultureInfo.InvariantCulture) + " " + keys.Root;
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8)).ToLowerInvariant();
    }

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var key = state.Keys.Cluster;
        if (state.Malformed.TryGetValue(key, out var problem))
        {
            plan.Refuse("StoredValueMalformed", RefusalKind.Conflict, key, $"The cluster's id cannot be read ({problem}): repair the value of {key}. Containers are labelled with it.");
        }
        else if (state.Cluster is null)
        {
            var id = IdOf(StoreId, state.Keys);
            plan.Add(
                new OperationChange(OperationAction.Initialize, id, $"new cluster at {state.Keys.Root}"),
                [StoreCompare.Absent(key)],
                [new StoreWrite.Put(key, RecordCodec.Write(new ClusterRecord { Id = id }))]);
        }

        return plan.Build(this);
    }
}
