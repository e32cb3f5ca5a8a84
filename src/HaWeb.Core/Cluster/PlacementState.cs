using System.Text.Json.Serialization;

namespace HaWeb.Core.Cluster;

/// <summary>What a machine shall do with a unit on its work list.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<PlacementState>))]
public enum PlacementState
{
    /// <summary>Start it and keep it running.</summary>
    Run,

    /// <summary>Drain and stop it, and keep its place.</summary>
    Stop,

    /// <summary>Drain and stop it, then delete the entry: it may then be placed elsewhere.</summary>
    Leave,
}
