using HaWeb.Core.Containers;
using HaWeb.Core.Processes;

namespace HaWeb.Core.Simulation;

/// <summary>A pretend process.</summary>
public sealed class SimulatedRun
{
    internal SimulatedRun(string id, int number, ProcessSpec spec, ContainerLabels labels, DateTimeOffset startedAt)
    {
        Id = id;
        Number = number;
        Spec = spec;
        Labels = labels;
        StartedAt = startedAt;
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <summary>What was started.</summary>
    public ProcessSpec Spec { get; }

    /// <summary>Whose it is.</summary>
    public ContainerLabels Labels { get; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Whether it is the unit itself, not one of its commands.</summary>
    public bool IsMain => Labels.RunHash.Length > 0;

    /// <summary>Whether it runs and answers nothing.</summary>
    public bool Hangs { get; internal set; }

    /// <summary>Its exit code; null while it runs.</summary>
    public long? ExitCode { get; internal set; }

    internal ProcessState State => new(Id, Number, Labels, ExitCode is null, ExitCode, StartedAt);
}
