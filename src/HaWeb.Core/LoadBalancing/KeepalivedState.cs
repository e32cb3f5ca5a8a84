namespace HaWeb.Core.LoadBalancing;

/// <summary>What a keepalived says of its part in an address.</summary>
public enum KeepalivedState
{
    /// <summary>It takes no part: its check of the balancer fails, or its interface is down.</summary>
    Fault,

    /// <summary>It takes the address when its holder says nothing more.</summary>
    Backup,

    /// <summary>It holds the address.</summary>
    Master,
}
