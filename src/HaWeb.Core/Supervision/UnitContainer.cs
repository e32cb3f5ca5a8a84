using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// The container that a unit is, or the process, as far as Docker or the machine has told: which one, whether it runs, and the request under way that ends or
/// removes it.
/// </summary>
public sealed class UnitContainer
{
    private readonly Outbox _outbox;
    private readonly UnitName _unit;
    private long _request;
    private bool _removes;
    private bool _dockerIsKnown;
    private bool _processesAreKnown;

    /// <summary>Makes one of which nothing is known.</summary>
    public UnitContainer(Outbox outbox, UnitName unit)
    {
        _outbox = outbox;
        _unit = unit;
    }

    /// <summary>The id of the container or process, or null when there is none.</summary>
    public string? Id { get; private set; }

    /// <summary>The number of the process; null for a container.</summary>
    public int? Number { get; private set; }

    /// <summary>Whether it is a process of the machine.</summary>
    public bool IsProcess => ProcessId.Is(Id);

    /// <summary>Whether there was ever a process of it, whatever its file says of processes.</summary>
    public bool HadProcesses { get; private set; }

    /// <summary>Whether the unit has nothing to do with Docker, as its file says.</summary>
    public bool IsWithoutDocker { get; set; }

    /// <summary>Whether it runs.</summary>
    public bool Runs { get; private set; }

    /// <summary>The hash of what a container runs that was found running; null once it is decided what becomes of it.</summary>
    public string? FoundRunHash { get; private set; }

    /// <summary>The exit code of a container that was found ended, 0 for one that never ran; null once it is decided what becomes of it.</summary>
    public long? FoundExitCode { get; private set; }

    /// <summary>Whether the container that was found was made and never started.</summary>
    public bool FoundNeverRan { get; private set; }

    /// <summary>The container or process that was found; null when there was none.</summary>
    public ContainerState? Found { get; private set; }

    /// <summary>The processes of commands that were found.</summary>
    public IReadOnlyList<ContainerState> FoundCommands { get; private set; } = [];

    /// <summary>The labels of a container that was found; null when there is none.</summary>
    public ContainerLabels? FoundLabels { get; private set; }

    /// <summary>Whether what is known here is true: Docker answers, or is not needed.</summary>
    public bool IsKnown => _processesAreKnown && (_dockerIsKnown || IsWithoutDocker);

    /// <summary>Whether it is certain that there is none.</summary>
    public bool IsGone => Id is null && IsKnown && _request == 0;

    /// <summary>Docker does not answer.</summary>
    public void DockerLost() => _dockerIsKnown = false;

    /// <summary>It is decided what becomes of the container that was found.</summary>
    public void Decided()
    {
        FoundRunHash = null;
        FoundExitCode = null;
    }

    /// <summary>The unit has a container of its own making, or none.</summary>
    public void Take(string? container, bool runs, int? number = null)
    {
        Id = container;
        Number = number;
        Runs = runs && container is not null;
    }

    /// <summary>Takes in what is known of the unit's containers and processes.</summary>
    /// <param name="seen">Both.</param>
    /// <param name="mayFind">Whether one that is not known yet is taken up.</param>
    /// <returns>The exit code of the container when it has ended unnoticed. The end of a process is always told.</returns>
    public long? Listed(UnitSighting seen, bool mayFind)
    {
        ArgumentNullException.ThrowIfNull(seen);
        _dockerIsKnown = seen.DockerIsKnown;
        _processesAreKnown = seen.ProcessesAreKnown;
        HadProcesses |= seen.Containers.Any(container => ProcessId.Is(container.Id));
        FoundCommands = [.. FoundCommands, .. seen.Containers.Where(one => ProcessId.Is(one.Id) && !IsMain(one))];
        if (Id is not null)
        {
            var known = seen.Containers.FirstOrDefault(container => container.Id == Id);
            return _dockerIsKnown && Runs && !IsProcess && known is not { Running: true } ? known?.ExitCode ?? 137 : null;
        }

        if (mayFind && seen.Containers.Where(IsMain).OrderByDescending(container => container.Running).FirstOrDefault() is { } found)
        {
            Take(found.Id, found.Running, found.Number);
            Found = found;
            FoundLabels = found.Labels;
            FoundNeverRan = found is { Running: false, ExitCode: null };
            FoundRunHash = found.Running ? found.Labels!.RunHash : null;
            FoundExitCode = found.Running ? null : found.ExitCode ?? 0;
        }

        return null;
    }

    /// <summary>A container or process has ended. What was found running may end before it is decided what becomes of it.</summary>
    /// <returns>Whether it was this one, and it ran.</returns>
    public bool Exited(string container, long exitCode)
    {
        FoundCommands = [.. FoundCommands.Select(one => one.Id == container ? one with { Running = false, ExitCode = exitCode } : one)];
        if (container != Id || !Runs)
        {
            return false;
        }

        Runs = false;
        if (FoundRunHash is not null)
        {
            FoundRunHash = null;
            FoundExitCode = exitCode;
            Found = Found! with { Running = false, ExitCode = exitCode };
        }

        return true;
    }

    /// <summary>Sends the stop signal to the container, and kills after a while.</summary>
    /// <param name="limit">How long to wait before the kill.</param>
    /// <param name="signal">The signal, or null for the container's own.</param>
    public void Stop(TimeSpan limit, string? signal) => Ask(new DockerRequest.Stop(Id!, limit, signal), removes: false);

    /// <summary>Removes it.</summary>
    public void Remove()
    {
        if (IsProcess)
        {
            _removes = true;
            _outbox.Add(new Effect.Process(_request = _outbox.NextId(), new ProcessRequest.Remove(_unit.FullName)));
        }
        else
        {
            Ask(new DockerRequest.Remove(Id!, Force: true, Volumes: true, MayBeAbsent: true), removes: true);
        }
    }

    /// <summary>It was stopped, whether or not its end was told.</summary>
    public void Ended() => Runs = false;

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
        failure = answer switch
        {
            Event.DockerFailed { Failure: not DockerFailure.NoSuchContainer, Message: var message } => message,
            Event.ProcessFailed { Message: var message } => message,
            _ => null,
        };
        if (failure is not null)
        {
            return true;
        }

        // The end that a stop brings about is told for itself, unless there was no container.
        Runs &= !_removes && answer is not Event.DockerFailed;
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
