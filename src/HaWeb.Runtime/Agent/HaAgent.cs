using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Storage;
using HaWeb.Core.Supervision;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Keepalived;
using HaWeb.Runtime.Nginx;
using HaWeb.Runtime.Probes;
using HaWeb.Runtime.Processes;
using HaWeb.Runtime.Templates;

namespace HaWeb.Runtime.Agent;

/// <summary>A machine's agent: runs the units that the cluster gives the machine, and the engine that gives them out when it is elected.</summary>
public sealed class HaAgent
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly AgentOptions _options;
    private readonly ClusterClient _cluster;
    private readonly IReportSink _reports;

    /// <summary>Makes one; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="cluster">The cluster; the caller keeps it.</param>
    /// <param name="reports">Where reports go.</param>
    public HaAgent(AgentOptions options, ClusterClient cluster, IReportSink reports)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(reports);
        _options = options;
        _cluster = cluster;
        _reports = reports;
    }

    /// <summary>Runs until cancelled. Containers go on when it ends, and its keys stay for the next agent of this machine to take over.</summary>
    /// <exception cref="AgentStartException">It cannot run here, or another agent with its id is alive.</exception>
    /// <exception cref="StoreException">The store did not let it find the cluster's id.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var id = _options.MachineId ?? LocalMachine.ReadMachineId()
            ?? throw new AgentStartException("This machine has no id in /etc/machine-id: give it one with -Id.");
        var folders = AgentFolders.For(id, _options.RunRoot, _options.StateRoot);
        folders.Create();
        using var only = AgentLock.Acquire(folders);
        var endpoint = FindDocker();
        var clusterId = await FindClusterAsync(cancellationToken).ConfigureAwait(false);
        using var docker = Open(endpoint, clusterId);
        using var prober = new Prober(docker);
        using var state = new StateFolder(folders.State);
        using var journals = new StateFolder(folders.Run);
        using var keepalived = new KeepalivedDriver(Path.Combine(folders.Run, "keepalived"));
        var drivers = new AgentDrivers(_cluster.Store, _reports)
        {
            Docker = docker,
            Prober = prober,
            Processes = new ProcessDriver(folders.Run, clusterId, _options.AllowProcess),
            Nginx = new NginxDriver(docker),
            State = state,
            Journals = journals,
            Keepalived = keepalived,
        };

        var facts = LocalMachine.ReadFacts(id);
        var machine = Describe(id, endpoint, facts.HostName);
        var supervisor = new MachineSupervisor(_cluster.Keys, clusterId, machine, facts, EnvironmentOf(machine), _options.Supervisor, new LiquidTemplates())
        {
            AgentEnvironment = OwnEnvironment(),
        };
        var clock = new MachineClock();
        await RunAllAsync(
            [
                new StateMachineHost(new Refusable(supervisor), drivers, OptionsOf(clock, _options.Supervisor.TimeToLive) with { FollowsContainers = true, FollowsProcesses = true, FollowsAddresses = true }),
                new StateMachineHost(new Engine(_cluster.Keys, id, _options.Engine), drivers, OptionsOf(clock, _options.Engine.LeaderTimeToLive)),
            ],
            cancellationToken).ConfigureAwait(false);
    }

    // A keep-alive is sent every third of the time to live; it may take as long, and two more attempts fit in.
    private static StateMachineHostOptions OptionsOf(TimeProvider clock, TimeSpan timeToLive) => new() { Time = clock, KeepAliveDeadline = timeToLive / 3 };

    /// <summary>Runs the hosts side by side; when one ends, all do.</summary>
    private static async Task RunAllAsync(IReadOnlyList<StateMachineHost> hosts, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var runs = hosts.Select(host => host.RunAsync(ending.Token)).ToArray();
        var first = await Task.WhenAny(runs).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(runs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    /// <summary>A store that does not answer yet is waited for: a machine may start before its cluster does.</summary>
    private async Task<string> FindClusterAsync(CancellationToken cancellationToken)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                return await _cluster.GetClusterIdAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Unavailable)
            {
                if (!told)
                {
                    _reports.Take(new Effect.Report(ReportSeverity.Warning, _cluster.Store.Name, $"waits for the store: {e.Message}"));
                }

                await Task.Delay(RetryDelay, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private DockerEndpoint FindDocker()
    {
        try
        {
            return _options.Docker ?? DockerEndpoint.FromEnvironment();
        }
        catch (FormatException e)
        {
            throw new AgentStartException(e.Message, null, e);
        }
    }

    private static DockerEngine Open(DockerEndpoint endpoint, string clusterId)
    {
        try
        {
            return new DockerEngine(endpoint, clusterId);
        }
        catch (DockerException e)
        {
            throw new AgentStartException(e.Message, null, e);
        }
    }

    private MachineRecord Describe(string id, DockerEndpoint endpoint, string hostName) => new()
    {
        Id = id,
        Name = _options.Name ?? hostName,
        Address = _options.Address ?? LocalMachine.FindAddress()?.ToString()
            ?? throw new AgentStartException("This machine has no address but the loopback: give it one with -Address."),
        PublicAddress = _options.PublicAddress,
        AgentVersion = _options.Version,
        Metadata = new SortedDictionary<string, string>(_options.Metadata.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        MaxUnits = _options.MaxUnits,
        AllowProcess = _options.AllowProcess,
        Docker = endpoint.ToString(),
        LeaseSeconds = _options.Supervisor.TimeToLive.TotalSeconds,
    };

    /// <summary>What every unit gets (DESIGN.md section 5).</summary>
    private static Dictionary<string, string> EnvironmentOf(MachineRecord machine) => new(StringComparer.Ordinal)
    {
        ["COREOS_PRIVATE_IPV4"] = machine.Address,
        ["COREOS_PUBLIC_IPV4"] = machine.PublicAddress ?? machine.Address,
        ["HAWEB_ADDRESS"] = machine.Address,
        ["HAWEB_MACHINE"] = machine.Id,
    };

    /// <summary>Of which PassEnvironment= takes some.</summary>
    private static Dictionary<string, string> OwnEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(one => (string)one.Key, one => (string?)one.Value ?? "", StringComparer.Ordinal);

    /// <summary>Ends the run when the supervisor finds that another agent holds the machine's id.</summary>
    private sealed class Refusable(MachineSupervisor supervisor) : IStateMachine
    {
        public IReadOnlyList<Effect> Step(Event happened, DateTimeOffset now)
        {
            var effects = supervisor.Step(happened, now);
            return supervisor.Refusal is { } refusal ? throw new AgentStartException(refusal) : effects;
        }
    }
}
