namespace HaWeb.Core.Operations.Views;

/// <summary>What holds a cluster's state.</summary>
public enum ClusterKind
{
    /// <summary>etcd.</summary>
    Etcd,

    /// <summary>A store in one file of this machine.</summary>
    Local,

    /// <summary>A store in memory, with pretend machines and virtual time.</summary>
    Simulated,
}
