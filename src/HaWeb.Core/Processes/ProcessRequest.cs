using HaWeb.Core.Containers;
using HaWeb.Core.Units;

namespace HaWeb.Core.Processes;

/// <summary>What an agent asks of its machine about the processes of units.</summary>
public abstract record ProcessRequest
{
    private ProcessRequest()
    {
    }

    /// <summary>
    /// Starts a process. One of the same unit and kind that still runs is ended first: a unit has one main process, and its commands run one after the
    /// other. Answers <see cref="ProcessResult.Started"/>; its end is the event <see cref="Effects.Event.ProcessExited"/>.
    /// </summary>
    /// <param name="Spec">What to start.</param>
    /// <param name="Labels">Whose it is. With a run hash it is the unit itself, and otherwise one of its commands.</param>
    public sealed record Run(ProcessSpec Spec, ContainerLabels Labels) : ProcessRequest;

    /// <summary>Waits until a process that was started so has said that it is ready (<see cref="ProcessSpec.SaysWhenReady"/>). It fails where that ends before.</summary>
    /// <param name="Process">Its id.</param>
    public sealed record AwaitReady(string Process) : ProcessRequest;

    /// <summary>Ends the processes of a unit, of its commands and their children too. Answers when none runs any more that the mode asks to end.</summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="Mode">Which are signalled.</param>
    /// <param name="Signal">The signal, by number.</param>
    /// <param name="Limit">How long after the signal they are killed, <see cref="TimeSpan.MaxValue"/> for never.</param>
    public sealed record Stop(string Unit, KillMode Mode, int Signal, TimeSpan Limit) : ProcessRequest;

    /// <summary>Ends what still runs of a unit, by SIGTERM and after some seconds by SIGKILL, and forgets its ended processes. Its log stays.</summary>
    /// <param name="Unit">The unit.</param>
    public sealed record Remove(string Unit) : ProcessRequest;

    /// <summary>Forgets all of a unit, its log too.</summary>
    /// <param name="Unit">The unit.</param>
    public sealed record Forget(string Unit) : ProcessRequest;

    /// <summary>The last lines of a unit's log. Answers <see cref="ProcessResult.Printed"/>.</summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="Lines">How many.</param>
    public sealed record Tail(string Unit, int Lines) : ProcessRequest;
}
