namespace HaWeb.Core.Containers;

/// <summary>A container to make, as <c>docker run</c> and <c>docker create</c> describe it. Null is docker's or the image's default.</summary>
public sealed record ContainerSpec
{
    /// <summary>The image as written; <see cref="ImageReference"/> says what it means.</summary>
    public string Image { get; init; } = "";

    /// <summary>The words after the image.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Whether everything is known. Before the unit runs, values with variables in them may be missing.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its host name.</summary>
    public string? HostName { get; init; }

    /// <summary>Its domain name.</summary>
    public string? DomainName { get; init; }

    /// <summary>Its user.</summary>
    public string? User { get; init; }

    /// <summary>Its folder.</summary>
    public string? WorkDir { get; init; }

    /// <summary>The program in place of the image's; an empty text removes the image's.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>Variables, in order.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>Files of variables on the machine; what stands in <see cref="Environment"/> wins.</summary>
    public IReadOnlyList<string> EnvironmentFiles { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Files of labels on the machine; what stands in <see cref="Labels"/> wins.</summary>
    public IReadOnlyList<string> LabelFiles { get; init; } = [];

    /// <summary>The file on the machine that its id is written to; null for none.</summary>
    public string? IdFile { get; init; }

    /// <summary>Which of <c>stdin</c>, <c>stdout</c> and <c>stderr</c> docker's client would be attached to.</summary>
    public IReadOnlyList<string> Attached { get; init; } = [];

    /// <summary>Folders and named volumes, as <c>-v</c> takes them: <c>source:target[:options]</c>.</summary>
    public IReadOnlyList<string> Binds { get; init; } = [];

    /// <summary>Paths that are anonymous volumes.</summary>
    public IReadOnlyList<string> AnonymousVolumes { get; init; } = [];

    /// <summary>Containers whose volumes it has too.</summary>
    public IReadOnlyList<string> VolumesFrom { get; init; } = [];

    /// <summary>The driver of its volumes.</summary>
    public string? VolumeDriver { get; init; }

    /// <summary>Mounts.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Paths in memory, with their options.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tmpfs { get; init; } = [];

    /// <summary>How it is connected.</summary>
    public ContainerNetwork Network { get; init; } = new();

    /// <summary>How much it may use.</summary>
    public ContainerResources Resources { get; init; } = new();

    /// <summary>What it may do.</summary>
    public ContainerSecurity Security { get; init; } = new();

    /// <summary>Docker's own health check.</summary>
    public ContainerHealth Health { get; init; } = new();

    /// <summary>Where its output goes.</summary>
    public string? LogDriver { get; init; }

    /// <summary>Options of that.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LogOptions { get; init; } = [];

    /// <summary>Options of its storage.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> StorageOptions { get; init; } = [];

    /// <summary>Its runtime.</summary>
    public string? Runtime { get; init; }

    /// <summary>Whether a small init runs in it.</summary>
    public bool? Init { get; init; }

    /// <summary>The signal that asks it to stop.</summary>
    public string? StopSignal { get; init; }

    /// <summary>The seconds it then has, -1 for no limit.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>When its image is pulled.</summary>
    public PullPolicy Pull { get; init; }

    /// <summary>The platform of the image, <c>linux/amd64</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public bool HasTty { get; init; }

    /// <summary>Whether its standard input is open.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether it is removed, with its anonymous volumes, when it ends.</summary>
    public bool AutoRemove { get; init; }
}
