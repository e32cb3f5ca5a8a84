using System.Text.Json.Serialization;
using HaWeb.Core.Cluster;

namespace HaWeb.Core.LoadBalancing;

/// <summary>What a balancer is to the address that it shares with others.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<AddressRole>))]
public enum AddressRole
{
    /// <summary>It does not take part: it has none, does not serve, or cannot.</summary>
    Out,

    /// <summary>It has begun to serve, and is about to be ready.</summary>
    Joining,

    /// <summary>It takes the address when nobody else has it.</summary>
    Ready,

    /// <summary>Its machine has the address.</summary>
    Holder,
}
