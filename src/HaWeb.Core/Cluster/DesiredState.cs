using System.Text.Json.Serialization;

namespace HaWeb.Core.Cluster;

/// <summary>What the operator wants of a unit; fleet's three states.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<DesiredState>))]
public enum DesiredState
{
    /// <summary>Known to the cluster and placed nowhere.</summary>
    Inactive,

    /// <summary>Placed on a machine and not running.</summary>
    Loaded,

    /// <summary>Placed on a machine and running.</summary>
    Launched,
}
