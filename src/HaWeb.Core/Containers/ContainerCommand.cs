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
}
