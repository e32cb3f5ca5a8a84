namespace HaWeb.Runtime.Nginx;

/// <summary>What a process of a balancer's does.</summary>
internal enum BalancerProcessKind
{
    /// <summary>It reads the config and starts workers.</summary>
    Master,

    /// <summary>It takes new connections.</summary>
    Worker,

    /// <summary>A worker of an earlier config, which ends when its last connection does.</summary>
    EndingWorker,
}
