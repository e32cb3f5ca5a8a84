namespace HaWeb.Core.Containers;

/// <summary>What came of a <see cref="DockerRequest"/>.</summary>
public abstract record DockerResult
{
    private DockerResult()
    {
    }

    /// <summary>It is done, and there is no more to say.</summary>
    public sealed record Done : DockerResult;

    /// <summary>The container that was created.</summary>
    /// <param name="Container">Its id.</param>
    public sealed record Created(string Container) : DockerResult;

    /// <summary>A command in a container ended.</summary>
    /// <param name="ExitCode">Its exit code.</param>
    /// <param name="Output">The last lines it printed.</param>
    public sealed record Exited(long ExitCode, string Output) : DockerResult;

    /// <summary>The container that was looked up.</summary>
    /// <param name="Container">The container.</param>
    public sealed record Inspected(ContainerState Container) : DockerResult;

    /// <summary>Lines that a container printed.</summary>
    /// <param name="Lines">The lines, oldest first.</param>
    public sealed record Printed(IReadOnlyList<string> Lines) : DockerResult;
}
