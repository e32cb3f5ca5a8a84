namespace HaWeb.Lab;

/// <summary>How one machine of a lab is called, where it keeps its things, and what it can be reached by.</summary>
/// <param name="Lab">The lab's options.</param>
/// <param name="Number">Its number, from 1.</param>
public sealed record MachinePlan(LabOptions Lab, int Number)
{
    /// <summary>Its host name: <c>ha1</c>, <c>ha2</c> and so on.</summary>
    public string Name => $"ha{Number}";

    /// <summary>Its /etc/machine-id: <c>a1</c> sixteen times for ha1, so that a short id is readable too.</summary>
    public string Id => string.Concat(Enumerable.Repeat($"a{Number}", 16));

    /// <summary>Its address on the lab's network.</summary>
    public string Address => $"10.99.0.{Number}";

    /// <summary>Whether it runs a member of etcd.</summary>
    public bool HasStore => Number <= Lab.StoreCount;

    /// <summary>The socket of its Docker Engine, as seen from outside the machine.</summary>
    public string DockerSocket => Path.Combine(RunFolder, "docker.sock");

    /// <summary>Its Docker Engine, as seen from the client and the other machines.</summary>
    public string DockerEndpoint => $"tcp://{Address}:2375";

    /// <summary>What etcd's clients call it by, where it has a member.</summary>
    public string StoreEndpoint => $"http://{Address}:2379";

    internal string Namespace => $"{Lab.Name}-{Name}";

    internal string Folder => Path.Combine(Lab.Folder, Name);

    internal string RunFolder => Path.Combine(Folder, "run");

    internal string StateFolder => Path.Combine(Folder, "state");

    internal string HomeFolder => Path.Combine(Folder, "home");

    internal string MachineIdFile => Path.Combine(Folder, "machine-id");

    internal string BootIdFile => Path.Combine(Folder, "boot-id");

    internal string EnvironmentFile => Path.Combine(Folder, "environment");

    internal string ControlGroup => $"/{Lab.Name}-lab/{Name}";

    internal string LogFile(string role) => Path.Combine(Folder, role + ".log");
}
