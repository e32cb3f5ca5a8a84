using HaWeb.Core.Containers;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Processes;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Effects;

/// <summary>
/// What a state machine asks of the world. A request carries an id; its answer is an <see cref="Event"/> with that id and may come late, twice or never.
/// </summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Send <see cref="Event.Woke"/> at this time or soon after. A new one replaces the one before.</summary>
    /// <param name="At">When.</param>
    public sealed record WakeAt(DateTimeOffset At) : Effect;

    /// <summary>Follow a prefix of the store from now on; its updates come as <see cref="Event.Followed"/>.</summary>
    /// <param name="Prefix">The prefix.</param>
    public sealed record Follow(string Prefix) : Effect;

    /// <summary>Follow a prefix no longer.</summary>
    /// <param name="Prefix">The prefix.</param>
    public sealed record Unfollow(string Prefix) : Effect;

    /// <summary>Commit a transaction; answered by <see cref="Event.Committed"/> or <see cref="Event.StoreFailed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Transaction">The transaction.</param>
    public sealed record Commit(long Id, StoreTransaction Transaction) : Effect;

    /// <summary>List a prefix, linearizably; answered by <see cref="Event.Listed"/> or <see cref="Event.StoreFailed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Prefix">The prefix.</param>
    public sealed record List(long Id, string Prefix) : Effect;

    /// <summary>Grant a lease; answered by <see cref="Event.LeaseGranted"/> or <see cref="Event.StoreFailed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="TimeToLive">Its time to live.</param>
    public sealed record GrantLease(long Id, TimeSpan TimeToLive) : Effect;

    /// <summary>Renew a lease once; answered by <see cref="Event.LeaseKept"/> or <see cref="Event.StoreFailed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Lease">The lease.</param>
    public sealed record KeepAlive(long Id, long Lease) : Effect;

    /// <summary>Ask for a lease's remaining time; answered by <see cref="Event.LeaseRemains"/> or <see cref="Event.StoreFailed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Lease">The lease.</param>
    public sealed record QueryLease(long Id, long Lease) : Effect;

    /// <summary>Ask this machine's Docker Engine for something; answered by <see cref="Event.DockerAnswered"/> or <see cref="Event.DockerFailed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Request">What to do.</param>
    public sealed record Docker(long Id, DockerRequest Request) : Effect;

    /// <summary>Do something about the processes of a unit; answered by <see cref="Event.ProcessAnswered"/> or <see cref="Event.ProcessFailed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Request">What to do.</param>
    public sealed record Process(long Id, ProcessRequest Request) : Effect;

    /// <summary>Read a text file of this machine; answered by <see cref="Event.FileRead"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Path">Its absolute path.</param>
    public sealed record ReadFile(long Id, string Path) : Effect;

    /// <summary>Read a text that this machine's agents keep for themselves; answered by <see cref="Event.FileRead"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Name">Its name, with slashes between folders.</param>
    /// <param name="Place">Where it is kept.</param>
    public sealed record ReadState(long Id, string Name, StatePlace Place = StatePlace.Lasting) : Effect;

    /// <summary>
    /// Keep a text for this machine's next agent, whole or not at all, in the order of the requests; answered by <see cref="Event.FileWritten"/>.
    /// </summary>
    /// <param name="Id">The request.</param>
    /// <param name="Name">Its name, with slashes between folders.</param>
    /// <param name="Text">The text; null to keep none.</param>
    /// <param name="Place">Where it is kept.</param>
    public sealed record WriteState(long Id, string Name, string? Text, StatePlace Place = StatePlace.Lasting) : Effect;

    /// <summary>Make one health probe; answered by <see cref="Event.Probed"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Request">What to probe.</param>
    public sealed record Probe(long Id, ProbeRequest Request) : Effect;

    /// <summary>Do something to a balancer's nginx; answered by <see cref="Event.NginxAnswered"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Request">What to do.</param>
    public sealed record Nginx(long Id, NginxRequest Request) : Effect;

    /// <summary>Do something about the keepalived of a balancer; answered by <see cref="Event.KeepalivedAnswered"/>.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Request">What to do.</param>
    public sealed record Keepalived(long Id, KeepalivedRequest Request) : Effect;

    /// <summary>Tell the people who run this machine.</summary>
    /// <param name="Severity">How bad it is.</param>
    /// <param name="Subject">The unit, machine or key it is about.</param>
    /// <param name="Message">What there is to say.</param>
    public sealed record Report(ReportSeverity Severity, string Subject, string Message) : Effect;
}
