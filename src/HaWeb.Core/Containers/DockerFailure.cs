namespace HaWeb.Core.Containers;

/// <summary>Why Docker did not do what was asked.</summary>
public enum DockerFailure
{
    /// <summary>The engine does not answer; the request may have happened.</summary>
    Unavailable,

    /// <summary>There is no such container.</summary>
    NoSuchContainer,

    /// <summary>There is no such image, here or in the registry.</summary>
    NoSuchImage,

    /// <summary>The name is in use by another container.</summary>
    NameInUse,

    /// <summary>The container is not one of this cluster: it is left alone.</summary>
    Foreign,

    /// <summary>Docker refused for the reason that its message gives.</summary>
    Refused,
}
