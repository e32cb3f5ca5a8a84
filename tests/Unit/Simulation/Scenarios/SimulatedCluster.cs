using System.Text.RegularExpressions;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;
using HaWeb.Tests.Scenarios;

namespace HaWeb.Tests.Unit.Simulation.Scenarios;

/// <summary>The simulated cluster that scenarios are played on: the lab's machines, pretended.</summary>
internal sealed partial class SimulatedCluster : IScenarioCluster
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // What is shown of a cluster changes with what is stored, or as time passes.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly SimulatedWorld _world = new(Start, new ClusterKeys());
    private readonly StoredState _stored;

    public SimulatedCluster()
    {
        _stored = new StoredState(_world);
        foreach (var machine in ScenarioMachine.All)
        {
            var added = _world.AddMachine(new MachineRecord { Id = machine.Id, Name = machine.Name, Address = machine.Address });
            added.Docker.MissingImages.Add(ScenarioUnits.RareImage);
            added.PowerOn();
        }

        Assert.True(_world.RunUntil(() => State.Engine is not null && State.Sessions.Count == ScenarioMachine.All.Count, Limit));
    }

    public ClusterState State => _stored.Now;

    public DateTimeOffset Now => _world.Now;

    private IEnumerable<SimulatedMachine> Machines => ScenarioMachine.All.Select(machine => _world.Machines[machine.Id]);

    public Task<IReadOnlyList<OperationRefusal>> DoAsync(IOperation operation)
    {
        var plan = operation.Plan(State, _world.Now);
        Assert.All(plan.Steps, step => Assert.True(_world.Commit(step.Transaction).Succeeded));
        return Task.FromResult(plan.Refusals);
    }

    public Task<bool> UntilAsync(Func<ClusterState, bool> wish)
    {
        (ClusterState? State, DateTimeOffset At) looked = default;
        return Task.FromResult(_world.RunUntil(
            () =>
            {
                if (State == looked.State && Now - looked.At < BetweenLooks)
                {
                    return false;
                }

                looked = (State, Now);
                return wish(State);
            },
            Limit));
    }

    public Task PassAsync(TimeSpan time) => Do(() => _world.RunFor(time));

    public Task<IReadOnlyList<MachineSight>> LookAsync() => Task.FromResult<IReadOnlyList<MachineSight>>(
        [.. ScenarioMachine.All.Select(machine => Look(machine, _world.Machines[machine.Id]))]);

    public Task RepairAsync() => Do(() =>
    {
        if (!_world.StoreIsUp)
        {
            _world.StartStore();
        }

        foreach (var machine in Machines)
        {
            machine.PowerOn();
            machine.StartAgent();
            machine.Docker.FailingUnits.Clear();
            machine.Docker.MissingImages.Add(ScenarioUnits.RareImage);
            if (machine.IsCutOff)
            {
                machine.Cut(off: false);
            }
        }
    });

    public Task PowerOffAsync(string machine) => Do(() => Named(machine).PowerLoss());

    public Task PowerOnAsync(string machine) => Do(() => Named(machine).PowerOn());

    public Task CutOffAsync(string machine) => Do(() => Named(machine).Cut(off: true));

    public Task HealAsync(string machine) => Do(() => Named(machine).Cut(off: false));

    public Task KillAgentAsync(string machine) => Do(() => Named(machine).KillAgent());

    public Task StartAgentAsync(string machine) => Do(() => Named(machine).StartAgent());

    public Task KillContainerAsync(string unit) => Do(() => _world.Machines[State.Placements.OwnersOf(unit).Single()].EndContainer(unit, 137));

    public Task StopStoreAsync() => Do(_world.StopStore);

    public Task StartStoreAsync() => Do(() => _world.StartStore());

    public Task FailStartsAsync(string unit, string? lastWords) => Do(() =>
    {
        foreach (var docker in Machines.Select(machine => machine.Docker))
        {
            if (lastWords is null)
            {
                docker.FailingUnits.Remove(unit);
                docker.LastLines.Remove(unit);
            }
            else
            {
                docker.FailingUnits.Add(unit);
                docker.LastLines[unit] = lastWords;
            }
        }
    });

    public Task ProvideRareImageAsync(bool exists) => Do(() =>
    {
        foreach (var docker in Machines.Select(machine => machine.Docker))
        {
            _ = exists ? docker.MissingImages.Remove(ScenarioUnits.RareImage) : docker.MissingImages.Add(ScenarioUnits.RareImage);
        }
    });

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private SimulatedMachine Named(string name) => _world.Machines[ScenarioMachine.Named(name).Id];

    private MachineSight Look(ScenarioMachine named, SimulatedMachine machine) => new(
        named.Name,
        machine.IsOn,
        machine.AgentRuns,
        [.. machine.Docker.Containers.Where(container => container.IsOurs).Select(container => new ContainerSight(
            container.Labels.Unit,
            container.Id,
            container.Running,
            container.Labels.Unit == ScenarioUnits.Balancer.Name && container.Running ? Answers(container.ServedConfig ?? "") : null))]);

    /// <summary>The pretend web servers say their containers' names, as the lab's do.</summary>
    private List<string> Answers(string config) =>
    [
        .. Server().Matches(config)
            .SelectMany(server => Machines.Single(machine => machine.Address == server.Groups["address"].Value).Docker.Containers)
            .Where(container => container.Running && container.Spec.Network.Publish.Count > 0)
            .Select(container => container.Name)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^\s*server (?<address>[0-9.]+):80\b", RegexOptions.Multiline)]
    private static partial Regex Server();
}
