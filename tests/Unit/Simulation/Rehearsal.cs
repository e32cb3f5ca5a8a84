using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>A simulated cluster with the website's units, for tests that ask what happens.</summary>
internal sealed class Rehearsal
{
    public const string Web = """
        [Unit]
        Description=Web server %i
        [Service]
        Restart=always
        ExecStartPre=-/usr/bin/docker rm -f nginx%i
        ExecStart=/usr/bin/docker run --name nginx%i -p 80:80 nginx:latest
        ExecStop=/usr/bin/docker stop nginx%i
        [X-Fleet]
        Conflicts=nginx@*.service
        [X-HaWeb]
        Service=website
        HealthCheck=http://:80/
        """;

    public const string Balancer = """
        [Service]
        Restart=always
        ExecStart=/usr/bin/docker run --name nginx-lb -p 80:80 nginx:latest nginx -g "daemon off; worker_shutdown_timeout 30s;"
        ExecStop=/usr/bin/docker stop nginx-lb
        [X-Fleet]
        Conflicts=nginx@*.service
        [X-HaWeb]
        LoadBalancer=website
        """;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StoredState _stored;

    public Rehearsal(int machines, bool allowProcess = false)
    {
        _stored = new StoredState(World);
        for (var i = 1; i <= machines; i++)
        {
            World.AddMachine(new MachineRecord { Id = $"sim-{i}", Name = $"sim-{i}", Address = $"10.0.0.{i}", AllowProcess = allowProcess }).PowerOn();
        }

        Settle(() => World.Machines.Values.Count(machine => machine.Leads) == 1 && State.Sessions.Count == machines);
    }

    public SimulatedWorld World { get; } = new(Start, new ClusterKeys());

    public ClusterState State => _stored.Now;

    public SimulatedMachine this[string id] => World.Machines[id];

    /// <summary>The website as the example has it: two web servers and a balancer, all serving.</summary>
    public static Rehearsal OfWebsite(int machines = 4)
    {
        var rehearsal = new Rehearsal(machines);
        rehearsal.Do(new ImportUnits([new UnitSource("nginx@.service", Web), new UnitSource("nginx-loadbalancer.service", Balancer)]));
        rehearsal.Do(new StartUnits(["nginx@1.service", "nginx@2.service", "nginx-loadbalancer.service"]));
        rehearsal.Settle(() => rehearsal.Backends.Count == 2 && rehearsal.ServedBackends() == 2);
        return rehearsal;
    }

    public IReadOnlyDictionary<string, string> Backends =>
        State.Backends["website"].Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value.ToString());

    public string? MachineOf(string unit) => State.Placements.OwnersOf(unit).SingleOrDefault();

    public StatusRecord? Status(string unit) => MachineOf(unit) is { } machine ? State.Status[machine, unit]?.Value : null;

    public SimulatedContainer? Container(string unit) => World.Machines.Values.Select(machine => machine.Docker.RunningOf(unit)).SingleOrDefault(container => container is not null);

    public int ServedBackends() => Container("nginx-loadbalancer.service")?.ServedConfig is { } config
        ? config.Split('\n').Count(line => line.TrimStart().StartsWith("server 10.", StringComparison.Ordinal))
        : 0;

    public OperationPlan Do(IOperation operation)
    {
        var plan = operation.Plan(State, World.Now);
        foreach (var step in plan.Steps)
        {
            Assert.True(World.Commit(step.Transaction).Succeeded);
        }

        return plan;
    }

    public void Settle(Func<bool> condition, int seconds = 60) =>
        Assert.True(World.RunUntil(condition, TimeSpan.FromSeconds(seconds)), "It did not come about. What happened:\n" + string.Join('\n', World.Trace.TakeLast(40)));
}
