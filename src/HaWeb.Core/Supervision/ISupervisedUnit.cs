using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>A unit on one machine, as its <see cref="MachineSupervisor"/> sees it. What does not concern a kind of units it leaves as it is here.</summary>
public interface ISupervisedUnit
{
    /// <summary>The unit.</summary>
    UnitName Unit { get; }

    /// <summary>Its entry on the work list; null when there is none any more.</summary>
    Versioned<PlacementRecord>? Placement { get; }

    /// <summary>Whether its container runs.</summary>
    bool Runs => false;

    /// <summary>Whether it runs as its entry asks for, and may go on when it runs on another machine too.</summary>
    bool MayRunTwice => true;

    /// <summary>The host ports that it publishes by the file that it runs by; none when that is not known.</summary>
    IReadOnlyList<HostPort> Ports => [];

    /// <summary>Whether it has stopped for good: its entry may be deleted, and then nothing of it remains.</summary>
    bool HasLeft { get; }

    /// <summary>The keys that it keeps in the store.</summary>
    IEnumerable<Publication> Publications { get; }

    /// <summary>When it has to be woken.</summary>
    DateTimeOffset? NextWake { get; }

    /// <summary>When it starts something by itself, as things stand; null for never.</summary>
    DateTimeOffset? NextElapse => null;

    /// <summary>Whether it waits for no time that its file sets, and its probes since then have said what it is taken for.</summary>
    /// <param name="since">Since when.</param>
    /// <param name="dockerAnswers">Whether Docker answers; while it does not, nothing of its life goes on.</param>
    bool IsAtRest(DateTimeOffset since, bool dockerAnswers);

    /// <summary>Its entry on the work list is new, has changed, or is gone.</summary>
    void Assign(Versioned<PlacementRecord>? placement, DateTimeOffset now);

    /// <summary>What is seen of this unit on its machine now.</summary>
    void Sighted(UnitSighting seen, DateTimeOffset now)
    {
    }

    /// <summary>The machine's lease must have expired by now, or lives again.</summary>
    void IsolationChanged(DateTimeOffset now)
    {
    }

    /// <summary>What ran here without a place has stopped: there may be room for this one now.</summary>
    void RoomMade(DateTimeOffset now)
    {
    }

    /// <summary>Units of the machine are elsewhere in their lives, and this one may be something to them.</summary>
    void NeighboursChanged(DateTimeOffset now)
    {
    }

    /// <summary>Docker does not answer: nothing is begun until it does.</summary>
    void DockerLost()
    {
    }

    /// <summary>A container has ended.</summary>
    void ContainerExited(string container, long exitCode, DateTimeOffset now)
    {
    }

    /// <summary>News of a followed prefix.</summary>
    void Followed(string prefix, StoreUpdate update, DateTimeOffset now)
    {
    }

    /// <summary>What this machine is to a shared address has changed, or why it is not.</summary>
    void AddressesChanged(DateTimeOffset now)
    {
    }

    /// <summary>One of its keys is confirmed in the store.</summary>
    void Confirmed(DateTimeOffset now)
    {
    }

    /// <summary>Something has happened on the machine, and other units may have changed.</summary>
    void Look(DateTimeOffset now)
    {
    }

    /// <summary>It has left, and its entry is gone: nothing of it shall remain in the store.</summary>
    /// <returns>Whether nothing remains.</returns>
    bool Retire();

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    bool Answer(Event.Answer answer, DateTimeOffset now);

    /// <summary>Time has passed.</summary>
    void Woke(DateTimeOffset now);
}
