namespace HaWeb.Core.Containers;

/// <summary>What a docker line does.</summary>
public abstract record ContainerCommand
{
    private ContainerCommand()
    {
    }

    /// <summary>The container that it makes; null when it makes none.</summary>
    public ContainerSpec? Creates => this switch
    {
        Run run => run.Spec,
        Create create => create.Spec,
        _ => null,
    };

    /// <summary><c>docker run</c>: makes a container and starts it.</summary>
    /// <param name="Spec">The container.</param>
    /// <param name="IsDetached">Whether the command ends once the container is started; otherwise it ends with it.</param>
    public sealed record Run(ContainerSpec Spec, bool IsDetached) : ContainerCommand;

    /// <summary><c>docker create</c>: makes a container and does not start it.</summary>
    /// <param name="Spec">The container.</param>
    public sealed record Create(ContainerSpec Spec) : ContainerCommand;

    /// <summary><c>docker start</c>.</summary>
    /// <param name="Names">The containers.</param>
    /// <param name="IsAttached">Whether the command ends with the container; otherwise once it is started.</param>
    public sealed record Start(IReadOnlyList<string> Names, bool IsAttached) : ContainerCommand;

    /// <summary><c>docker stop</c>.</summary>
    /// <param name="Names">The containers.</param>
    /// <param name="Seconds">The time before SIGKILL, -1 for no limit; null for the container's own setting.</param>
    public sealed record Stop(IReadOnlyList<string> Names, int? Seconds) : ContainerCommand;

    /// <summary><c>docker kill</c>.</summary>
    /// <param name="Names">The containers.</param>
    /// <param name="Signal">The signal, <c>SIGKILL</c>.</param>
    public sealed record Kill(IReadOnlyList<string> Names, string Signal) : ContainerCommand;

    /// <summary><c>docker rm</c>.</summary>
    /// <param name="Names">The containers.</param>
    /// <param name="IsForced">Whether a running one is killed first.</param>
    /// <param name="WithVolumes">Whether its anonymous volumes go too.</param>
    public sealed record Remove(IReadOnlyList<string> Names, bool IsForced, bool WithVolumes) : ContainerCommand;

    /// <summary><c>docker exec</c>: runs a command inside a container.</summary>
    /// <param name="Name">The container.</param>
    /// <param name="Options">How it runs.</param>
    /// <param name="Arguments">The command and its arguments.</param>
    public sealed record Exec(string Name, ExecOptions Options, IReadOnlyList<string> Arguments) : ContainerCommand;

    /// <summary><c>docker pull</c>.</summary>
    /// <param name="Image">The image as written; <see cref="ImageReference"/> says what it means.</param>
    /// <param name="Platform">The platform to take, <c>linux/amd64</c>; null for the machine's.</param>
    public sealed record Pull(string Image, string? Platform) : ContainerCommand;

    /// <summary><c>docker restart</c>.</summary>
    /// <param name="Names">The containers.</param>
    /// <param name="Seconds">The time before SIGKILL, -1 for no limit; null for the container's own setting.</param>
    public sealed record Restart(IReadOnlyList<string> Names, int? Seconds) : ContainerCommand;

    /// <summary><c>docker pause</c> and <c>docker unpause</c>.</summary>
    /// <param name="Names">The containers.</param>
    /// <param name="IsPaused">Whether they stand still then.</param>
    public sealed record Pause(IReadOnlyList<string> Names, bool IsPaused) : ContainerCommand;

    /// <summary><c>docker wait</c>: ends, well, when all of them have ended.</summary>
    /// <param name="Names">The containers.</param>
    public sealed record Wait(IReadOnlyList<string> Names) : ContainerCommand;

    /// <summary><c>docker rename</c>.</summary>
    /// <param name="Name">The container.</param>
    /// <param name="NewName">Its new name.</param>
    public sealed record Rename(string Name, string NewName) : ContainerCommand;

    /// <summary><c>docker logs</c>: what it prints nobody reads, but it ends well only where there is such a container.</summary>
    /// <param name="Name">The container.</param>
    /// <param name="IsFollowed">Whether the command ends with the container.</param>
    /// <param name="Lines">How many of the last lines; null for all.</param>
    /// <param name="Timestamps">Whether each line has its time.</param>
    public sealed record Logs(string Name, bool IsFollowed, int? Lines, bool Timestamps) : ContainerCommand;

    /// <summary><c>docker inspect</c>: ends well where all that it names exists.</summary>
    /// <param name="Names">What is looked for.</param>
    /// <param name="Kind">What it has to be; null for any kind.</param>
    public sealed record Inspect(IReadOnlyList<string> Names, ObjectKind? Kind) : ContainerCommand;

    /// <summary><c>docker cp</c> from the machine into a container.</summary>
    /// <param name="Source">The path on the machine.</param>
    /// <param name="Name">The container.</param>
    /// <param name="Target">The path in it.</param>
    /// <param name="FollowsLink">Whether a link is followed that the source is.</param>
    public sealed record CopyIn(string Source, string Name, string Target, bool FollowsLink) : ContainerCommand;

    /// <summary><c>docker cp</c> from a container to the machine.</summary>
    /// <param name="Name">The container.</param>
    /// <param name="Source">The path in it.</param>
    /// <param name="Target">The path on the machine.</param>
    /// <param name="FollowsLink">Whether a link is followed that the source is.</param>
    public sealed record CopyOut(string Name, string Source, string Target, bool FollowsLink) : ContainerCommand;

    /// <summary><c>docker rmi</c>.</summary>
    /// <param name="Images">The images.</param>
    /// <param name="IsForced">Whether one goes that a stopped container or another name still needs.</param>
    /// <param name="KeepsParents">Whether unnamed images beneath stay.</param>
    public sealed record RemoveImage(IReadOnlyList<string> Images, bool IsForced, bool KeepsParents) : ContainerCommand;

    /// <summary><c>docker tag</c>.</summary>
    /// <param name="Image">The image.</param>
    /// <param name="Name">A further name for it.</param>
    public sealed record Tag(string Image, string Name) : ContainerCommand;

    /// <summary><c>docker network create</c>.</summary>
    /// <param name="Network">The network.</param>
    public sealed record CreateNetwork(NetworkDefinition Network) : ContainerCommand;

    /// <summary><c>docker network rm</c>.</summary>
    /// <param name="Names">The networks.</param>
    /// <param name="IsForced">Whether one that is not there is no failure.</param>
    public sealed record RemoveNetwork(IReadOnlyList<string> Names, bool IsForced) : ContainerCommand;

    /// <summary><c>docker network connect</c>.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="Name">The container.</param>
    /// <param name="Endpoint">What the container is in it.</param>
    public sealed record Connect(string Network, string Name, NetworkEndpoint Endpoint) : ContainerCommand;

    /// <summary><c>docker network disconnect</c>.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="Name">The container.</param>
    /// <param name="IsForced">Whether docker does so whatever the container says.</param>
    public sealed record Disconnect(string Network, string Name, bool IsForced) : ContainerCommand;

    /// <summary><c>docker volume create</c>.</summary>
    /// <param name="Volume">The volume.</param>
    public sealed record CreateVolume(VolumeDefinition Volume) : ContainerCommand;

    /// <summary><c>docker volume rm</c>.</summary>
    /// <param name="Names">The volumes.</param>
    /// <param name="IsForced">Whether one that is not there is no failure.</param>
    public sealed record RemoveVolume(IReadOnlyList<string> Names, bool IsForced) : ContainerCommand;
}
