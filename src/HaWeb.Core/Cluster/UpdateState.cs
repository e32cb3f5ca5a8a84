using System.Text.Json.Serialization;

namespace HaWeb.Core.Cluster;

/// <summary>How far a rolling update is.</summary>
[JsonConverter(typeof(LowerCaseEnumConverter<UpdateState>))]
public enum UpdateState
{
    /// <summary>Instances get the new file.</summary>
    Running,

    /// <summary>Those that have it get back what they had.</summary>
    RollingBack,

    /// <summary>All have the new file.</summary>
    Done,

    /// <summary>All have again what they had.</summary>
    RolledBack,
}
