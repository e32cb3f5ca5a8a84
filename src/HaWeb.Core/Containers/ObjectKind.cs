namespace HaWeb.Core.Containers;

/// <summary>What a Docker Engine keeps.</summary>
public enum ObjectKind
{
    /// <summary>A container.</summary>
    Container,

    /// <summary>An image.</summary>
    Image,

    /// <summary>A network.</summary>
    Network,

    /// <summary>A volume.</summary>
    Volume,
}
