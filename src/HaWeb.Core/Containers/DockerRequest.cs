namespace HaWeb.Core.Containers;

/// <summary>
/// What an agent asks of its Docker Engine. A container is named by id or by name; a request that finds a container of another cluster, or of none, is
/// answered <see cref="DockerFailure.Foreign"/> and does nothing (PROTOCOL.md rule 11).
/// </summary>
public abstract record DockerRequest
{
    private DockerRequest()
    {
    }

    /// <summary>Makes sure that an image is there.</summary>
    /// <param name="Image">The image's reference, as written in the unit.</param>
    /// <param name="Platform">The platform to take, <c>linux/amd64</c>; null for the machine's.</param>
    /// <param name="Always">Whether the registry is asked even when the image is there (<c>docker pull</c>); a failure is then one only when it is not.</param>
    public sealed record Pull(string Image, string? Platform, bool Always) : DockerRequest;

    /// <summary>Creates a container without starting it; an ended container of the same unit that bears the name is removed first. Answers <see cref="DockerResult.Created"/>.</summary>
    /// <param name="Spec">What to create.</param>
    /// <param name="Labels">The labels that make it this cluster's and this unit's (<see cref="ContainerLabels"/>).</param>
    public sealed record Create(ContainerSpec Spec, ContainerLabels Labels) : DockerRequest;

    /// <summary>Puts a text file into a container, whether it runs or not, creating folders.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Path">The absolute path in it.</param>
    /// <param name="Text">The content.</param>
    public sealed record PutFile(string Container, string Path, string Text) : DockerRequest;

    /// <summary>Starts a created or ended container. Answers <see cref="DockerResult.Done"/> when it runs; one that runs already is no error.</summary>
    /// <param name="Container">The container.</param>
    public sealed record Start(string Container) : DockerRequest;

    /// <summary>Sends the stop signal, waits, then kills. Answers when it has ended; one that has ended is no error.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Timeout">How long to wait before the kill, null for the container's own (10 s by default), <see cref="TimeSpan.MaxValue"/> for no limit.</param>
    /// <param name="Signal">The signal, or null for the container's own stop signal.</param>
    public sealed record Stop(string Container, TimeSpan? Timeout, string? Signal) : DockerRequest;

    /// <summary>Sends a signal.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Signal">The signal's name or number.</param>
    public sealed record Kill(string Container, string Signal) : DockerRequest;

    /// <summary>Removes a container. One that is not there is no error when <paramref name="MayBeAbsent"/>.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Force">Whether a running one is killed first.</param>
    /// <param name="Volumes">Whether its anonymous volumes go too.</param>
    /// <param name="MayBeAbsent">Whether its absence is success.</param>
    public sealed record Remove(string Container, bool Force, bool Volumes, bool MayBeAbsent) : DockerRequest;

    /// <summary>Runs a command in a running container and waits for its end, unless it is detached. Answers <see cref="DockerResult.Exited"/>.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Options">How it runs.</param>
    /// <param name="Command">The command and its arguments.</param>
    public sealed record Exec(string Container, ExecOptions Options, IReadOnlyList<string> Command) : DockerRequest;

    /// <summary>Looks up one container by id or name. Answers <see cref="DockerResult.Inspected"/>.</summary>
    /// <param name="Container">The container.</param>
    public sealed record Inspect(string Container) : DockerRequest;

    /// <summary>The last lines that a container printed. Answers <see cref="DockerResult.Printed"/>.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Lines">How many.</param>
    public sealed record Tail(string Container, int Lines) : DockerRequest;
}
