using HaWeb.Core.Containers;

namespace HaWeb.Core.Simulation;

/// <summary>A pretend container.</summary>
public sealed class SimulatedContainer
{
    private const int MostLines = 100;

    private readonly Queue<(DateTimeOffset Time, string Text)> _lines = [];

    internal SimulatedContainer(string id, string name, ContainerSpec spec, ContainerLabels labels)
    {
        Id = id;
        Name = name;
        Spec = spec;
        Labels = labels;
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its name.</summary>
    public string Name { get; internal set; }

    /// <summary>What it was created from.</summary>
    public ContainerSpec Spec { get; }

    /// <summary>Its labels.</summary>
    public ContainerLabels Labels { get; }

    /// <summary>Whether it runs.</summary>
    public bool Running { get; internal set; }

    /// <summary>Whether it runs and answers nothing.</summary>
    public bool Hangs { get; internal set; }

    /// <summary>The exit code of its last run.</summary>
    public long? ExitCode { get; internal set; }

    /// <summary>When it was started last.</summary>
    public DateTimeOffset? StartedAt { get; internal set; }

    /// <summary>Files that were put into it.</summary>
    public IDictionary<string, string> Files { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The config that its nginx serves, where it is one.</summary>
    public string? ServedConfig { get; internal set; }

    /// <summary>How often its nginx was reloaded.</summary>
    public int Reloads { get; internal set; }

    /// <summary>What workers serve that were replaced and have open requests, with the times at which they end.</summary>
    public IList<(string Config, DateTimeOffset Until)> OldWorkers { get; } = [];

    /// <summary>The last lines that it printed, oldest first.</summary>
    public IReadOnlyCollection<(DateTimeOffset Time, string Text)> Lines => _lines;

    /// <summary>Whether it is one of the simulated cluster's.</summary>
    public bool IsOurs => Labels.Cluster == SimulatedMachine.ClusterId;

    internal ContainerState State => new(Id, Name, Labels, Running, ExitCode, StartedAt, null);

    internal void Print(DateTimeOffset now, string text)
    {
        _lines.Enqueue((now, text));
        if (_lines.Count > MostLines)
        {
            _lines.Dequeue();
        }
    }
}
