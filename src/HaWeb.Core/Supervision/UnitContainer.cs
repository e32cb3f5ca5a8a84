using HaWeb.Core.Containers;
using HaWeb.Core.Effects;

namespace HaWeb.Core.Supervision;

/// <summary>The container that a unit is, as far as Docker has told: which one, whether it runs, and the request under way that ends or removes it.</summary>
public sealed class UnitContainer
{
    private readonly Outbox _outbox;
    private long _request;
    private bool _removes;

    /// <summary>Makes one of which nothing is known.</summary>
    public UnitContainer(Outbox outbox) => _outbox = outbox;

    /// <summary>The container's id, or null when there is none.</summary>
    public string? Id { get; private set; }

    /// <summary>Whether it runs.</summary>
    public bool Runs { get; private set; }

    /// <summary>The hash of what a container runs that was found running; null once it is decided what becomes of it.</summary>
    public string? FoundRunHash { get; private set; }

    /// <summary>The exit code of a container that was found ended, 0 for one that never ran; null once it is decided what becomes of it.</summary>
    public long? FoundExitCode { get; private set; }

    /// <summary>Whether the container that was found was made and never started.</summary>
    public bool FoundNeverRan { get; private set; }

    /// <summary>The labels of a container that was found; null when there is none.</summary>
    public ContainerLabels? FoundLabels { get; private set; }

    /// <summary>Whether Docker answers, so that what is known here is true.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether it is certain that there is none.</summary>
    public bool IsGone => Id is null && IsKnown && _request == 0;

    /// <summary>Docker does not answer.</summary>
    public void DockerLost() => IsKnown = false;

    /// <summary>It is decided what becomes of the container that was found.</summary>
    public void Decided()
    {
        FoundRunHash = null;
        FoundExitCode = null;
    }

    /// <summary>The unit has a container of its own making, or none.</summary>
    public void Take(string? container, bool runs)
    {
        Id = container;
        Runs = runs && container is not null;
    }

    /// <summary>Takes in what Docker lists of the unit.</summary>
    /// <param name="containers">The unit's containers.</param>
    /// <param name="mayFind">Whether one that is not known yet is taken up.</param>
    /// <returns>The exit code of the container when it has ended unnoticed.</returns>
    public long? Listed(IReadOnlyList<ContainerState> containers, bool mayFind)
    {
        IsKnown = true;
        if (Id is not null)
        {
            var known = containers.FirstOrDefault(container => container.Id == Id);
            return Runs && known is not { Running: true } ? known?.ExitCode ?? 137 : null;
        }

        if (mayFind && containers.Where(IsMain).OrderByDescending(container => container.Running).FirstOrDefault() is { } found)
        {
            Take(found.Id, found.Running);
            FoundLabels = found.Labels;
            FoundNeverRan = found is { Running: false, ExitCode: null };
            FoundRunHash = found.Running ? found.Labels!.RunHash : null;
            FoundExitCode = found.Running ? null : found.ExitCode ?? 0;
        }

        return null;
    }

    /// <summary>A container has ended.</summary>
    /// <returns>Whether it was this one, and it ran.</returns>
    public bool Exited(string container)
    {
        if (container != Id || !Runs)
        {
            return false;
        }

        Runs = false;
        FoundRunHash = null;
        return true;
    }

    /// <summary>Sends the stop signal, and kills after a while.</summary>
    /// <param name="limit">How long to wait before the kill.</param>
    /// <param name="signal">The signal, or null for the container's own.</param>
    public void Stop(TimeSpan limit, string? signal) => Ask(new DockerRequest.Stop(Id!, limit, signal), removes: false);

    /// <summary>Removes it.</summary>
    public void Remove() => Ask(new DockerRequest.Remove(Id!, Force: true, Volumes: true, MayBeAbsent: true), removes: true);

    /// <summary>Takes in an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="failure">Why Docker did not do it; null when it is done.</param>
    /// <returns>Whether it is one of its own.</returns>
    public bool Answer(Event.Answer answer, out string? failure)
    {
        failure = null;
        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        if (answer is Event.DockerFailed { Failure: not DockerFailure.NoSuchContainer, Message: var message })
        {
            failure = message;
            return true;
        }

        Runs = false;
        if (_removes)
        {
            Id = null;
            Decided();
        }

        return true;
    }

    private static bool IsMain(ContainerState container) => container.Labels is { RunHash.Length: > 0 };

    private void Ask(DockerRequest request, bool removes)
    {
        _removes = removes;
        _outbox.Add(new Effect.Docker(_request = _outbox.NextId(), request));
    }
}
