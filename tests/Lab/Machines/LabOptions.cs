using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWeb.Lab;

/// <summary>What a lab is made of. Two labs of different names can be up at the same time.</summary>
public sealed record LabOptions
{
    /// <summary>What the lab's namespaces are called by (<c>haweb-ha1</c>): 1 to 8 lower-case letters.</summary>
    public string Name { get; init; } = "haweb";

    /// <summary>How many machines there are, 1 to 9.</summary>
    public int MachineCount { get; init; } = 4;

    /// <summary>How many of them, from the first one on, run a member of etcd.</summary>
    public int StoreCount { get; init; } = 3;

    /// <summary>Whether every machine runs HaWeb's agent.</summary>
    public bool Agents { get; init; } = true;

    /// <summary>The module's manifest; null for <c>output/HaWeb/HaWeb.psd1</c> of the repository that the lab was built in.</summary>
    public string? Module { get; init; }

    /// <summary>Is told each step, in one line.</summary>
    [JsonIgnore]
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Where the lab keeps everything: disks, sockets and logs of its machines.</summary>
    [JsonIgnore]
    public string Folder => $"/var/tmp/{Name}-lab";

    [JsonIgnore]
    internal string StatePath => Path.Combine(Folder, "lab.json");

    internal void Validate()
    {
        if (Name.Length is < 1 or > 8 || !Name.All(char.IsAsciiLetterLower))
        {
            throw new LabException($"'{Name}' is no name for a lab: give 1 to 8 lower-case letters.");
        }

        if (MachineCount is < 1 or > 9 || StoreCount < 1 || StoreCount > MachineCount)
        {
            throw new LabException("A lab has 1 to 9 machines, and a store on at least one of them.");
        }
    }

    internal static LabOptions? Read(string name)
    {
        var path = new LabOptions { Name = name }.StatePath;
        return File.Exists(path) ? JsonSerializer.Deserialize<LabOptions>(File.ReadAllText(path)) : null;
    }

    internal void Write() => File.WriteAllText(StatePath, JsonSerializer.Serialize(this));
}
