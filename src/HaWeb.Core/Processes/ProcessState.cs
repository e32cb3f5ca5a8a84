using HaWeb.Core.Containers;

namespace HaWeb.Core.Processes;

/// <summary>A process of a unit, as the machine knows it.</summary>
/// <param name="Id">Its id (<see cref="ProcessId"/>).</param>
/// <param name="Number">Its number in the machine.</param>
/// <param name="Labels">Whose it is.</param>
/// <param name="Running">Whether it runs.</param>
/// <param name="ExitCode">Its exit code, or 128 and the number of the signal that ended it; null while it runs.</param>
/// <param name="StartedAt">When it was started.</param>
public sealed record ProcessState(string Id, int Number, ContainerLabels Labels, bool Running, long? ExitCode, DateTimeOffset StartedAt)
{
    /// <summary>The same as a container would be shown: to a unit's life they are alike.</summary>
    public ContainerState AsContainer => new(Id, Labels.Unit, Labels, Running, ExitCode, StartedAt, null, Number);
}
