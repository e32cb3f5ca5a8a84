using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>The events of the table, on HaWeb.</summary>
public static class HaWebEvents
{
    // A lease's end, the proof that it is a loss, and the start on another machine.
    private static readonly TimeSpan LossAndMove = TimeSpan.FromSeconds(60);

    // Longer than a machine's lease lives without keep-alives, also when it began anew with etcd.
    private static readonly TimeSpan LongerThanALease = TimeSpan.FromSeconds(15);

    /// <summary>What an operator does on purpose, one command each.</summary>
    public static IReadOnlyList<LoadEvent<HaWebSite>> Planned { get; } =
    [
        Command("start", "start of a third instance, and its stop", _ => "Start-HaUnit web@3.service; Stop-HaUnit web@3.service; Remove-HaUnit web@3.service"),
        Command("restart", "restart of an instance", _ => "Restart-HaUnit web@1.service"),
        Command("move", "move of an instance", site => $"Move-HaUnit web@1.service -To {site.SpareMachine.Plan.Name}"),
        Command("drain", "drain of a machine with an instance", site => $"Suspend-HaMachine {site.MachineOf("web1").Plan.Name} -Drain"),
        Command("config", "change of the balancer's config", site =>
            $"Register-HaBackend website -Name by-hand -Address {site.MachineOf("web1").Plan.Address} -Port 81; Start-Sleep -Seconds 2; Unregister-HaBackend website -Name by-hand"),
        Command("update", "rolling update of all instances, and back", _ =>
            $"Update-HaUnit web@ -Content ((Get-Content -Raw '{HaWebSite.Template}').Replace('docker run ', 'docker run -e RELEASE=2 ')) -MinHealthyTime 2s; Update-HaUnit web@ -Rollback -MinHealthyTime 2s"),
    ];

    /// <summary>What breaks in the machinery, and serves no request. A lease that is kept alive no longer is gone by the end.</summary>
    public static IReadOnlyList<LoadEvent<HaWebSite>> Machinery { get; } =
    [
        new("agents", "restart of the agent on every machine, once ended and once killed", RestartAgentsAsync) { After = LongerThanALease },
        new("leader", "engine leader killed", KillLeaderAsync) { After = LongerThanALease },
        new("etcd-member", "one etcd member killed", run => EndStoresAsync(run, [run.Site.Lab.Machines[0]], LongerThanALease)) { After = LongerThanALease },
        new("etcd", "all of etcd down for 60 s", run => StopStoreAsync(run, TimeSpan.FromSeconds(60))) { After = LongerThanALease },
    ];

    /// <summary>What breaks and was serving.</summary>
    public static IReadOnlyList<LoadEvent<HaWebSite>> Servers { get; } =
    [
        new("container", "one web container killed", KillContainerAsync),
        new("power", "one web machine switched off", run => LoseMachineAsync(run, machine => machine.PowerOffAsync())),
        new("cut", "one web machine cut off", run => LoseMachineAsync(run, machine => machine.CutLinkAsync())),
    ];

    /// <summary>All of etcd stops and is started again.</summary>
    public static Task StopStoreAsync(EventRun<HaWebSite> run, TimeSpan outage)
    {
        ArgumentNullException.ThrowIfNull(run);
        return EndStoresAsync(run, [.. run.Site.Lab.Machines.Where(machine => machine.Plan.HasStore)], outage);
    }

    /// <summary>Every agent is ended in good order and started again, and then killed and started again.</summary>
    public static async Task RestartAgentsAsync(EventRun<HaWebSite> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Begins();
        foreach (var machine in run.Site.Lab.Machines)
        {
            await machine.StopAgentAsync();
            await machine.StartAgentAsync();
        }

        foreach (var machine in run.Site.Lab.Machines)
        {
            await machine.KillAgentAsync();
            await machine.StartAgentAsync();
        }
    }

    /// <summary>The agent that leads is killed; when another one leads, it is started again.</summary>
    public static async Task KillLeaderAsync(EventRun<HaWebSite> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var leader = run.Site.Leader;
        run.Begins();
        var begin = DateTimeOffset.UtcNow;
        await leader.KillAgentAsync();
        await run.Site.Store.WaitAsync(keys => keys.TryGetValue("/haweb/v1/engine", out var key) && !key.Value.Contains(leader.Plan.Id, StringComparison.Ordinal), LossAndMove);
        run.Note($"another leads after {Seconds(begin, DateTimeOffset.UtcNow)}");
        await leader.StartAgentAsync();
    }

    private static LoadEvent<HaWebSite> Command(string name, string title, Func<HaWebSite, string> script) =>
        new(name, title, async run => run.Begins(await run.Site.OperateAsync(script(run.Site))));

    private static async Task EndStoresAsync(EventRun<HaWebSite> run, IReadOnlyList<Machine> members, TimeSpan outage)
    {
        run.Begins();
        await Task.WhenAll(members.Select(member => member.StopEtcdAsync()));
        await Task.Delay(outage);
        await Task.WhenAll(members.Select(member => member.StartEtcdAsync()));
    }

    private static async Task KillContainerAsync(EventRun<HaWebSite> run)
    {
        var machine = run.Site.MachineOf("web1");
        var key = HaWebSite.BackendKey("web1");
        var before = run.Site.Store.Keys[key].CreateRevision;
        run.Breaks("web1");
        var begin = DateTimeOffset.UtcNow;
        await machine.DockerAsync("kill", "web1");
        await run.Site.Store.WaitAsync(keys => keys.TryGetValue(key, out var now) && now.CreateRevision > before, LossAndMove);
        run.Note($"backend again after {Seconds(begin, DateTimeOffset.UtcNow)}");
        var died = await machine.DiedAsync("web1", begin);
        run.Note(await run.Site.ReloadedAfterAsync(died) is { } reloaded
            ? $"out of the config {(reloaded - died).TotalMilliseconds:0} ms after its end"
            : "never out of the config");
    }

    private static async Task LoseMachineAsync(EventRun<HaWebSite> run, Func<Machine, Task> loseAsync)
    {
        var lost = run.Site.MachineOf("web2");
        var key = HaWebSite.BackendKey("web2");
        await using var store = await run.Site.Lab.Client.WatchStoreAsync(
            run.Site.Lab.Machines.Where(machine => machine != lost && machine.Plan.HasStore).Select(machine => machine.Plan));
        run.Note($"{(run.Site.Leader == lost ? "the engine's machine" : "not the engine's machine")}, {(lost.Plan.HasStore ? "with" : "without")} etcd");
        run.Breaks("web2");
        var begin = DateTimeOffset.UtcNow;
        await loseAsync(lost);
        await store.WaitAsync(keys => !keys.ContainsKey(key), LossAndMove);
        var gone = DateTimeOffset.UtcNow;
        await run.Load.NextAsync(one => one.Kind == Visits.Fast && one.Body == "web2", LossAndMove);
        var served = DateTimeOffset.UtcNow;
        run.Note($"its key gone after {Seconds(begin, gone)}");
        run.Note($"its replacement serves {Seconds(gone, served)} later, {Seconds(begin, served)} in all");
    }

    private static string Seconds(DateTimeOffset from, DateTimeOffset to) => $"{(to - from).TotalSeconds:0.0} s";
}
