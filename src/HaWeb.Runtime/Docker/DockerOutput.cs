namespace HaWeb.Runtime.Docker;

/// <summary>Where a line was printed.</summary>
public enum DockerOutput
{
    /// <summary>Standard output; everything, when the container has a terminal.</summary>
    Standard,

    /// <summary>Standard error.</summary>
    Error,
}
