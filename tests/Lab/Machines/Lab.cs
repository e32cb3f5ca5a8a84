using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>
/// Several machines on one: each a set of namespaces with its own network, host name, Docker Engine, member of etcd and HaWeb
/// agent, on one bridge. Up means up until <see cref="DownAsync"/>, whichever process calls it. While the process that brought
/// it up runs, no other one replaces it, unless it was left with <see cref="Leave"/>.
/// </summary>
public sealed class Lab : IAsyncDisposable
{
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgentLimit = TimeSpan.FromSeconds(60);
    private readonly Network _network;

    private Lab(LabOptions options)
    {
        Options = options;
        _network = new Network(options);
        MachinePlan[] plans = [.. Enumerable.Range(1, options.MachineCount).Select(number => new MachinePlan(options, number))];
        var powerShell = options.Agents ? PowerShellCommand.Find(options.Module) : null;
        Machines = [.. plans.Select(plan => new Machine(plan, plans, _network, powerShell))];
        Client = new LabClient(options, _network.ClientNamespace, plans);
    }

    /// <summary>What it is made of.</summary>
    public LabOptions Options { get; }

    /// <summary>Its machines, ha1 first.</summary>
    public IReadOnlyList<Machine> Machines { get; }

    /// <summary>The place from which it is used.</summary>
    public LabClient Client { get; }

    /// <summary>A machine by its name or id.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public Machine this[string name] =>
        Machines.FirstOrDefault(one => one.Plan.Name == name || one.Plan.Id == name)
        ?? throw new LabException($"There is no machine '{name}': they are {string.Join(", ", Machines.Select(one => one.Plan.Name))}.");

    /// <summary>Takes away what an earlier lab of this name left, and brings one up: when this returns, every agent is in the store.</summary>
    /// <exception cref="LabException">It could not be brought up; nothing of it is left.</exception>
    public static async Task<Lab> UpAsync(LabOptions options)
    {
        options.Validate();
        var watch = Stopwatch.StartNew();
        Prerequisites.Require();
        if (OwnerOf(options) is { } owner)
        {
            throw new LabException($"A lab '{options.Name}' is in use by process {owner.Id}: let that one end first, or give another --name.");
        }

        if (await Leftovers.RemoveAsync(options))
        {
            options.Say("Lab: took down what an earlier one left");
        }

        Directory.CreateDirectory(options.Folder);
        options.Write();
        RecordedProcess.Find(Environment.ProcessId)!.Write(OwnerPath(options));
        try
        {
            var lab = new Lab(options);
            await lab.BringUpAsync();
            options.Say($"Lab: up after {watch.Elapsed.TotalSeconds:0.0} s.");
            return lab;
        }
        catch
        {
            await Leftovers.RemoveAsync(options);
            throw;
        }
    }

    /// <summary>Gives the lab that another process brought up.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public static Lab Attach(string name) =>
        LabOptions.Read(name) is { } options
            ? new Lab(options)
            : throw new LabException($"No lab '{name}' is up.");

    /// <summary>Lets it stay up when this process ends.</summary>
    public void Leave() => File.Delete(OwnerPath(Options));

    /// <summary>Takes it down: nothing of it is left.</summary>
    public Task DownAsync() => Leftovers.RemoveAsync(Options);

    /// <summary>Takes it down.</summary>
    public async ValueTask DisposeAsync() => await DownAsync();

    private static string OwnerPath(LabOptions options) => Path.Combine(options.Folder, "owner");

    /// <summary>The process that brought the lab of this name up and is still there to take it down.</summary>
    private static RecordedProcess? OwnerOf(LabOptions options) => RecordedProcess.Read(OwnerPath(options), "");

    private async Task BringUpAsync()
    {
        var say = Options.Say;
        say($"Lab: network {_network.SwitchNamespace}, client {_network.ClientNamespace} at {Network.ClientAddress}");
        await _network.UpAsync();
        foreach (var machine in Machines)
        {
            say($"Lab: {machine.Plan.Name} at {machine.Plan.Address}, id {machine.Plan.Id[..8]}...");
        }

        await Task.WhenAll(Machines.Select(machine => machine.BootAsync()));
        Machine[] stores = [.. Machines.Where(machine => machine.Plan.HasStore)];
        say($"Lab: etcd on {string.Join(", ", stores.Select(one => one.Plan.Name))}; a Docker Engine and the images {NginxImage.Name} and {WebAppImage.Name} on each machine");
        await Task.WhenAll(stores.Select(machine => machine.StartEtcdAsync()));
        var images = Path.Combine(Options.Folder, "images.tar");
        var writing = ImageArchive.WriteAsync(images, NginxImage.Image, WebAppImage.Image);
        await Task.WhenAll(Machines.Select(machine => StartEngineAsync(machine, writing, images)));
        await WaitForStoreAsync();
        if (Options.Agents)
        {
            say("Lab: an agent on each machine");
            await Task.WhenAll(Machines.Select(machine => machine.StartAgentAsync()));
            await WaitForAgentsAsync();
        }
    }

    private static async Task StartEngineAsync(Machine machine, Task imagesWritten, string images)
    {
        await machine.StartEngineAsync();
        await imagesWritten;
        await machine.LoadImagesAsync(images);
    }

    private async Task WaitForStoreAsync()
    {
        // A linearizable read is answered once the members have a leader.
        var read = await Client.RunAsync(["etcdctl", $"--command-timeout={StoreLimit.TotalSeconds:0}s", "get", "ready"], StoreLimit * 2);
        if (read.ExitCode != 0)
        {
            throw new LabException($"etcd does not answer: {read.Error.Trim()}\n{Machines[0].LastWords("etcd")}");
        }
    }

    private async Task WaitForAgentsAsync()
    {
        await using var store = await Client.WatchStoreAsync();
        await Task.WhenAll(Machines.Select(machine => WaitForAgentAsync(store, machine)));
    }

    private static async Task WaitForAgentAsync(StoreView store, Machine machine)
    {
        try
        {
            await store.WaitAsync(keys => keys.ContainsKey($"/haweb/v1/machines/{machine.Plan.Id}/alive"), AgentLimit);
        }
        catch (LabException problem)
        {
            throw new LabException($"The agent of {machine.Plan.Name} did not come into the store:\n{machine.LastWords("agent")}", problem);
        }
    }
}
