namespace HaWeb.Lab;

/// <summary>
/// The lab's network: one bridge in a network namespace of its own, so that nothing the host's own Docker Engine does to the
/// host's firewall reaches it, and one cable from it to every machine and to the client.
/// </summary>
internal sealed class Network(LabOptions options)
{
    public const string ClientAddress = "10.99.0.254";
    private const string Bridge = "lab";

    public string SwitchNamespace { get; } = $"{options.Name}-switch";

    public string ClientNamespace { get; } = $"{options.Name}-client";

    /// <summary>Sets the bridge up, and the client on it.</summary>
    public async Task UpAsync()
    {
        await IpAsync("netns", "add", SwitchNamespace);
        await IpAsync("-n", SwitchNamespace, "link", "add", Bridge, "type", "bridge");
        await IpAsync("-n", SwitchNamespace, "link", "set", Bridge, "up");
        await PlugInAsync("client", ClientNamespace, ClientAddress);
    }

    /// <summary>Makes a namespace and lays a cable from the bridge to its eth0.</summary>
    public async Task PlugInAsync(string port, string netNamespace, string address)
    {
        await IpAsync("netns", "add", netNamespace);
        await IpAsync("-n", netNamespace, "link", "set", "lo", "up");
        await IpAsync(
            "-n", SwitchNamespace, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", netNamespace);
        await IpAsync("-n", SwitchNamespace, "link", "set", port, "master", Bridge, "up");
        await IpAsync("-n", netNamespace, "addr", "add", $"{address}/24", "dev", "eth0");
        await IpAsync("-n", netNamespace, "link", "set", "eth0", "up");
    }

    /// <summary>Takes a cable and the namespace at its end away.</summary>
    public async Task UnplugAsync(string port, string netNamespace)
    {
        await IpAsync("-n", SwitchNamespace, "link", "delete", port);
        await IpAsync("netns", "delete", netNamespace);
    }

    /// <summary>Stops or lets through everything at one port of the bridge.</summary>
    public Task SetPortAsync(string port, bool up) => IpAsync("-n", SwitchNamespace, "link", "set", port, up ? "up" : "down");

    /// <summary>The lab's namespaces that exist, from this run or from an earlier one.</summary>
    public async Task<IReadOnlyList<string>> NamespacesAsync()
    {
        var listed = await Command.RequireAsync(["ip", "netns", "list"]);
        return
        [
            .. listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split(' ')[0])
                .Where(IsOurs),
        ];
    }

    private bool IsOurs(string name) =>
        name == SwitchNamespace || name == ClientNamespace
        || (name.StartsWith($"{options.Name}-ha", StringComparison.Ordinal) && char.IsAsciiDigit(name[^1]));

    private static Task<string> IpAsync(params string[] words) => Command.RequireAsync(["ip", .. words]);
}
