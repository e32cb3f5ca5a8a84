using HaWeb.Core.Operations;

namespace HaWeb.Tests.Scenarios;

/// <summary>What a scenario is played on: a cluster, what it has to look like, and the containers that it had at a remembered moment.</summary>
public sealed class Stage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(300);

    private const string AllIdle = """
        ha1 runs nothing
        ha2 runs nothing
        ha3 runs nothing
        ha4 runs nothing
        """;

    private readonly HashSet<string> _remembered = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    public Stage(IScenarioCluster cluster) => Cluster = cluster;

    /// <summary>The cluster.</summary>
    public IScenarioCluster Cluster { get; }

    /// <summary>Stores unit files.</summary>
    public Task ImportAsync(params UnitSource[] files) => DoAsync(new ImportUnits(files));

    /// <summary>Wants units placed and running.</summary>
    public Task StartAsync(params string[] units) => DoAsync(new StartUnits(units));

    /// <summary>Lets an operator do something that must not be refused.</summary>
    public async Task DoAsync(IOperation operation)
    {
        var refusals = await Cluster.DoAsync(operation);
        if (refusals.Count > 0)
        {
            throw new ScenarioException(string.Join('\n', refusals.Select(refusal => refusal.Message)));
        }
    }

    /// <summary>Lets an operator try something, and gives what it is refused with.</summary>
    public async Task<IReadOnlyList<string>> TryAsync(IOperation operation) =>
        [.. (await Cluster.DoAsync(operation)).Select(refusal => refusal.Id)];

    /// <summary>Remembers the containers that run now: from here on, a machine is said to run a unit as <c>(kept)</c> while its container is one of these.</summary>
    public async Task RememberAsync()
    {
        _remembered.Clear();
        foreach (var machine in await Cluster.LookAsync())
        {
            _remembered.UnionWith(machine.Containers.Where(container => container.IsRunning).Select(container => container.Id));
        }
    }

    /// <summary>Waits until the cluster looks like this. An ellipsis in a line stands for any text.</summary>
    /// <param name="stored">What the store says, as <see cref="StoreText"/> writes it.</param>
    /// <param name="running">What the machines run, as <see cref="MachineText"/> writes it.</param>
    /// <exception cref="ScenarioException">It does not.</exception>
    public async Task ShowsAsync(string stored, string running)
    {
        var giveUp = Cluster.Now + Patience;
        while (true)
        {
            var settled = await Cluster.UntilAsync(_ => StoreText.Matches(stored, Stored()));
            var found = MachineText.Of(await Cluster.LookAsync(), _remembered);
            if (settled && StoreText.Matches(running, found) && StoreText.Matches(stored, Stored()))
            {
                return;
            }

            if (!settled || Cluster.Now > giveUp)
            {
                throw new ScenarioException($"It has to come to this:\n\n{stored}\n\n{running}\n\nThere is this:\n\n{Stored()}\n\n{found}\n");
            }

            await Cluster.PassAsync(BetweenLooks);
        }
    }

    /// <summary>Mends what is broken, removes all units, and makes sure that nothing is left.</summary>
    /// <exception cref="ScenarioException">Something is.</exception>
    public async Task ClearAsync()
    {
        _remembered.Clear();
        await Cluster.RepairAsync();
        await DoAsync(new RemoveUnits([.. Cluster.State.Units.Names], Force: true));
        await ShowsAsync("", AllIdle);
    }

    private string Stored() => StoreText.Of(Cluster.State, Cluster.Now);
}
