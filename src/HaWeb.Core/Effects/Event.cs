using HaWeb.Core.Containers;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Processes;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Effects;

/// <summary>What happened in the world, as a state machine is told.</summary>
public abstract record Event
{
    private Event()
    {
    }

    /// <summary>An <see cref="Event"/> that answers the request with this id.</summary>
    /// <param name="Id">The request.</param>
    public abstract record Answer(long Id) : Event;

    /// <summary>The machine starts: its first event.</summary>
    public sealed record Started : Event;

    /// <summary>The time asked for by <see cref="Effect.WakeAt"/> has come.</summary>
    public sealed record Woke : Event;

    /// <summary>News of a followed prefix.</summary>
    /// <param name="Prefix">The prefix.</param>
    /// <param name="Update">The news.</param>
    public sealed record Followed(string Prefix, StoreUpdate Update) : Event;

    /// <summary>A transaction was decided.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Commit">Whether its guards held, and the revision.</param>
    public sealed record Committed(long Id, StoreCommit Commit) : Answer(Id);

    /// <summary>A prefix was listed.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Listing">Its keys.</param>
    public sealed record Listed(long Id, StoreListing Listing) : Answer(Id);

    /// <summary>A lease was granted.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Lease">The lease.</param>
    public sealed record LeaseGranted(long Id, long Lease) : Answer(Id);

    /// <summary>A lease was renewed, or is gone.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Alive">Whether the lease lives.</param>
    /// <param name="SentAt">When the renewal was sent: the lease lives for its whole time from then at least.</param>
    public sealed record LeaseKept(long Id, bool Alive, DateTimeOffset SentAt) : Answer(Id);

    /// <summary>What a lease has left.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Remaining">Its remaining time, or null when it is gone.</param>
    public sealed record LeaseRemains(long Id, TimeSpan? Remaining) : Answer(Id);

    /// <summary>A request to the store failed. A commit may have happened when <paramref name="Failure"/> is unavailable.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Failure">Why.</param>
    /// <param name="Message">What people are told.</param>
    public sealed record StoreFailed(long Id, StoreFailure Failure, string Message) : Answer(Id);

    /// <summary>Docker did what was asked.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Result">What came of it.</param>
    public sealed record DockerAnswered(long Id, DockerResult Result) : Answer(Id);

    /// <summary>Docker refused, or could not be asked.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Failure">Why.</param>
    /// <param name="Message">What people are told.</param>
    public sealed record DockerFailed(long Id, DockerFailure Failure, string Message) : Answer(Id);

    /// <summary>All containers of this cluster on this machine, at the start, after every break and once in a while.</summary>
    /// <param name="Containers">Running or not, in ordinal order of their ids.</param>
    public sealed record ContainersListed(IReadOnlyList<ContainerState> Containers) : Event;

    /// <summary>A container of this cluster started, from Docker's event stream.</summary>
    /// <param name="Container">Its id.</param>
    public sealed record ContainerStarted(string Container) : Event;

    /// <summary>A container of this cluster ended, from Docker's event stream.</summary>
    /// <param name="Container">Its id.</param>
    /// <param name="ExitCode">The exit code of its main process.</param>
    public sealed record ContainerExited(string Container, long ExitCode) : Event;

    /// <summary>The Docker Engine does not answer. Until the next <see cref="ContainersListed"/> nothing is known of containers.</summary>
    /// <param name="Reason">What failed, for people.</param>
    public sealed record DockerLost(string Reason) : Event;

    /// <summary>What was asked about processes is done.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Result">What came of it.</param>
    public sealed record ProcessAnswered(long Id, ProcessResult Result) : Answer(Id);

    /// <summary>What was asked about processes cannot be done.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Message">What people are told.</param>
    public sealed record ProcessFailed(long Id, string Message) : Answer(Id);

    /// <summary>All processes of this cluster's units that earlier agents of this machine have started, at the start.</summary>
    /// <param name="Processes">Running or not, in ordinal order of their ids.</param>
    public sealed record ProcessesListed(IReadOnlyList<ProcessState> Processes) : Event;

    /// <summary>A process of a unit ended.</summary>
    /// <param name="Process">Its id.</param>
    /// <param name="ExitCode">Its exit code, or 128 and the number of the signal that ended it.</param>
    public sealed record ProcessExited(string Process, long ExitCode) : Event;

    /// <summary>A file of the machine was read, or could not be.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Text">Its text; null when there is none.</param>
    /// <param name="Problem">Why it cannot be read; null when it was, and when there is no such file.</param>
    public sealed record FileRead(long Id, string? Text, string? Problem) : Answer(Id);

    /// <summary>A text was kept, or could not be.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Problem">Why it could not; null when it was.</param>
    public sealed record FileWritten(long Id, string? Problem) : Answer(Id);

    /// <summary>A health probe ended.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Passed">Whether it passed.</param>
    /// <param name="Error">Why it failed, or null.</param>
    /// <param name="Latency">How long it took.</param>
    public sealed record Probed(long Id, bool Passed, string? Error, TimeSpan Latency) : Answer(Id);

    /// <summary>A request to nginx ended.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Result">What came of it.</param>
    public sealed record NginxAnswered(long Id, NginxResult Result) : Answer(Id);

    /// <summary>The units whose keepaliveds run on this machine, at the start: those that an earlier agent started.</summary>
    /// <param name="Units">Their names, in ordinal order.</param>
    public sealed record KeepalivedFound(IReadOnlyList<string> Units) : Event;

    /// <summary>A request about a keepalived ended.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Result">What came of it.</param>
    public sealed record KeepalivedAnswered(long Id, KeepalivedResult Result) : Answer(Id);

    /// <summary>A unit's keepalived says what it is, at the start and after every change.</summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="State">What it is.</param>
    public sealed record KeepalivedTold(string Unit, KeepalivedState State) : Event;

    /// <summary>A unit's keepalived ended, and nobody had asked for it.</summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="Message">What it said last.</param>
    public sealed record KeepalivedEnded(string Unit, string Message) : Event;

    /// <summary>The addresses of this machine's interfaces, at the start and after every change.</summary>
    /// <param name="Addresses">IPv4 only; in ordinal order of the interfaces.</param>
    public sealed record AddressesListed(IReadOnlyList<InterfaceAddress> Addresses) : Event;
}
