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

    /// <summary>Stops a container as <see cref="Stop"/> does, and starts it again.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Timeout">How long to wait before the kill, null for the container's own, <see cref="TimeSpan.MaxValue"/> for no limit.</param>
    public sealed record Restart(string Container, TimeSpan? Timeout) : DockerRequest;

    /// <summary>Lets a container stand still, or go on.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="IsPaused">Whether it stands still then.</param>
    public sealed record Pause(string Container, bool IsPaused) : DockerRequest;

    /// <summary>Waits until a container has ended, however it does.</summary>
    /// <param name="Container">The container.</param>
    public sealed record Wait(string Container) : DockerRequest;

    /// <summary>Gives a container another name.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="NewName">The name.</param>
    public sealed record Rename(string Container, string NewName) : DockerRequest;

    /// <summary>Reads what a container has printed, for no other use than to see that it can be read.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="IsFollowed">Whether it is read until the container ends.</param>
    /// <param name="Lines">How many of the last lines; null for all.</param>
    /// <param name="Timestamps">Whether each line has its time.</param>
    public sealed record ReadLog(string Container, bool IsFollowed, int? Lines, bool Timestamps) : DockerRequest;

    /// <summary>Sees whether something is there, whoever it belongs to.</summary>
    /// <param name="Name">Its name or id.</param>
    /// <param name="Kind">What it has to be; null for any kind.</param>
    public sealed record LookUp(string Name, ObjectKind? Kind) : DockerRequest;

    /// <summary>Copies a file or a folder of the machine into a container, by the rules of <c>docker cp</c>.</summary>
    /// <param name="Source">The path on the machine.</param>
    /// <param name="Container">The container.</param>
    /// <param name="Target">The path in it.</param>
    /// <param name="FollowsLink">Whether a link is followed that the source is.</param>
    public sealed record CopyIn(string Source, string Container, string Target, bool FollowsLink) : DockerRequest;

    /// <summary>Copies a file or a folder of a container to the machine, by the rules of <c>docker cp</c>.</summary>
    /// <param name="Container">The container.</param>
    /// <param name="Source">The path in it.</param>
    /// <param name="Target">The path on the machine.</param>
    /// <param name="FollowsLink">Whether a link is followed that the source is.</param>
    public sealed record CopyOut(string Container, string Source, string Target, bool FollowsLink) : DockerRequest;

    /// <summary>Removes an image, or one of its names.</summary>
    /// <param name="Image">The image.</param>
    /// <param name="Force">Whether one goes that a stopped container or another name still needs.</param>
    /// <param name="KeepsParents">Whether unnamed images beneath stay.</param>
    public sealed record RemoveImage(string Image, bool Force, bool KeepsParents) : DockerRequest;

    /// <summary>Gives an image a further name.</summary>
    /// <param name="Image">The image.</param>
    /// <param name="Name">The name.</param>
    public sealed record Tag(string Image, string Name) : DockerRequest;

    /// <summary>Makes a network that is this cluster's.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="Labels">The cluster and the unit that it belongs to.</param>
    public sealed record CreateNetwork(NetworkDefinition Network, ContainerLabels Labels) : DockerRequest;

    /// <summary>Removes a network of this cluster; one of others is answered <see cref="DockerFailure.Foreign"/>.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="MayBeAbsent">Whether its absence is success.</param>
    public sealed record RemoveNetwork(string Network, bool MayBeAbsent) : DockerRequest;

    /// <summary>Connects a container to a network, whoever the network belongs to.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="Container">The container.</param>
    /// <param name="Endpoint">What the container is in it.</param>
    public sealed record Connect(string Network, string Container, NetworkEndpoint Endpoint) : DockerRequest;

    /// <summary>Takes a container out of a network.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="Container">The container.</param>
    /// <param name="Force">Whether docker does so whatever the container says.</param>
    public sealed record Disconnect(string Network, string Container, bool Force) : DockerRequest;

    /// <summary>Makes a volume that is this cluster's; one that is there already stays whose it is.</summary>
    /// <param name="Volume">The volume.</param>
    /// <param name="Labels">The cluster and the unit that it belongs to.</param>
    public sealed record CreateVolume(VolumeDefinition Volume, ContainerLabels Labels) : DockerRequest;

    /// <summary>Removes a volume of this cluster; one of others is answered <see cref="DockerFailure.Foreign"/>.</summary>
    /// <param name="Volume">The volume.</param>
    /// <param name="MayBeAbsent">Whether its absence is success.</param>
    public sealed record RemoveVolume(string Volume, bool MayBeAbsent) : DockerRequest;
}
