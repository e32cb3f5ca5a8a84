namespace HaWeb.Core.Units;

/// <summary>What part of a request <see cref="BalancingAlgorithm.Hash"/> goes by.</summary>
public enum HashKeyKind
{
    /// <summary><c>uri</c>: the path and the query.</summary>
    Uri,

    /// <summary><c>address</c>: the client's address.</summary>
    Address,

    /// <summary><c>host</c>: the host that the request is for.</summary>
    Host,

    /// <summary><c>header:NAME</c>: a header of the request.</summary>
    Header,

    /// <summary><c>cookie:NAME</c>: a cookie of the request.</summary>
    Cookie,
}
