namespace HaWeb.Core.LoadBalancing;

/// <summary>The program that balances.</summary>
public enum BalancerEngine
{
    /// <summary>nginx, whose config is a part of its <c>http</c> block.</summary>
    Nginx,

    /// <summary>HAProxy in its master-worker mode, whose config is a whole file.</summary>
    HAProxy,
}
