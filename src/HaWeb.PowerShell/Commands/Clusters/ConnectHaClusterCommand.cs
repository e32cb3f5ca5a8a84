using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using HaWeb.Core.Cluster;
using HaWeb.PowerShell.Agents;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;
using HaWeb.Runtime.Simulated;

namespace HaWeb.PowerShell.Commands.Clusters;

/// <summary>Chooses the cluster that the session works on.</summary>
[Cmdlet(VerbsCommunications.Connect, "HaCluster", DefaultParameterSetName = Etcd)]
[OutputType(typeof(HaCluster))]
public sealed class ConnectHaClusterCommand : AsyncCmdlet
{
    private const string Etcd = "Etcd";
    private const string InFile = "Local";
    private const string InSimulation = "Simulated";

    /// <summary>etcd's client addresses; HAWEB_ENDPOINTS when none is given.</summary>
    [Parameter(Position = 0, ParameterSetName = Etcd)]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <summary>The etcd user.</summary>
    [Parameter(ParameterSetName = Etcd)]
    public string? User { get; set; }

    /// <summary>The user's password.</summary>
    [Parameter(ParameterSetName = Etcd)]
    public SecureString? Password { get; set; }

    /// <summary>A PEM file of the authorities that may have signed etcd's certificate.</summary>
    [Parameter(ParameterSetName = Etcd)]
    public string? CaCertificate { get; set; }

    /// <summary>A PEM file of the client's certificate.</summary>
    [Parameter(ParameterSetName = Etcd)]
    public string? Certificate { get; set; }

    /// <summary>A PEM file of the client certificate's key.</summary>
    [Parameter(ParameterSetName = Etcd)]
    public string? Key { get; set; }

    /// <summary>How long connecting, and every later call to etcd, may take, in seconds.</summary>
    [Parameter(ParameterSetName = Etcd)]
    [ValidateRange(1, 300)]
    public int TimeoutSec { get; set; }

    /// <summary>A cluster of this machine alone, kept in one file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InFile)]
    public SwitchParameter Local { get; set; }

    /// <summary>The file of a local cluster.</summary>
    [Parameter(ParameterSetName = InFile)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Opens a local cluster without an agent in this session.</summary>
    [Parameter(ParameterSetName = InFile)]
    public SwitchParameter NoAgent { get; set; }

    /// <summary>A cluster of pretend machines in virtual time, in memory.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSimulation)]
    public SwitchParameter Simulated { get; set; }

    /// <summary>How many pretend machines there are.</summary>
    [Parameter(ParameterSetName = InSimulation)]
    [ValidateRange(1, 10_000)]
    public int MachineCount { get; set; } = 3;

    /// <summary>The pretend machines, one table each.</summary>
    [Parameter(ParameterSetName = InSimulation)]
    [ValidateNotNullOrEmpty]
    public Hashtable[] Machine { get; set; } = [];

    /// <summary>What decides how long things take in a simulation.</summary>
    [Parameter(ParameterSetName = InSimulation)]
    public int Seed { get; set; }

    /// <summary>The root of the cluster's own keys.</summary>
    [Parameter]
    [ValidatePattern("^/")]
    public string Prefix { get; set; } = ClusterKeys.DefaultPrefix;

    /// <summary>The root of the services' keys.</summary>
    [Parameter]
    [ValidatePattern("^/")]
    public string ServicesPrefix { get; set; } = ClusterKeys.DefaultServicesPrefix;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        HaCluster? cluster = null;
        var connection = Guard(ReadConnection);
        Run(async streams =>
        {
            cluster = connection switch
            {
                ClusterConnection.InFile file => await ConnectLocalAsync(file, streams.CancellationToken),
                ClusterConnection.InSimulation simulation => ConnectSimulated(simulation, streams.CancellationToken),
                _ => new HaCluster(await ConnectAsync(connection, streams.CancellationToken)),
            };
        });
        if (cluster is not null)
        {
            CurrentCluster.Set(cluster);
            WriteObject(cluster);
        }
    }

    private static HaCluster ConnectSimulated(ClusterConnection.InSimulation simulation, CancellationToken cancellationToken)
    {
        simulation.Cluster.Settle(null, cancellationToken);
        return new HaCluster(new ClusterClient(simulation.Open(), simulation.Keys, simulation.Kind));
    }

    private async Task<HaCluster> ConnectLocalAsync(ClusterConnection.InFile file, CancellationToken cancellationToken)
    {
        var cluster = LocalClusters.Connect(file, out var isNew);
        if (!isNew || NoAgent)
        {
            return cluster;
        }

        try
        {
            await LocalAgent.StartAsync(cluster, new AgentOptions { Version = ModuleVersion.Text }, file.Path, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private async Task<ClusterClient> ConnectAsync(ClusterConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await ClusterClient.ConnectAsync(connection, TimeoutSec > 0 ? TimeSpan.FromSeconds(TimeoutSec) : null, cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw new CommandException(new CommandError(
                "ConnectionInvalid", ErrorCategory.InvalidArgument, exception.Message, Endpoint, "Correct the endpoints, the login or the certificate files.", exception));
        }
        catch (StoreException exception)
        {
            throw new CommandException(StoreErrors.From(exception) with { Target = Endpoint });
        }
    }

    private ClusterConnection ReadConnection()
    {
        var keys = new ClusterKeys(Prefix, ServicesPrefix);
        return ParameterSetName switch
        {
            InFile => new ClusterConnection.InFile(Path is null ? LocalClusters.DefaultPath : GetUnresolvedProviderPathFromPSPath(Path)) { Keys = keys },
            InSimulation => new ClusterConnection.InSimulation(new SimulatedCluster(ReadMachines(), Seed, keys)) { Keys = keys },
            _ => new ClusterConnection.InEtcd(ReadOptions()) { Keys = keys },
        };
    }

    private IReadOnlyList<MachineRecord> ReadMachines()
    {
        if (Machine.Length > 0 && MyInvocation.BoundParameters.ContainsKey(nameof(MachineCount)))
        {
            throw new CommandException(new CommandError(
                "MachineInvalid", ErrorCategory.InvalidArgument, "-MachineCount and -Machine both say which machines there are.", MachineCount, "Give one of the two."));
        }

        return Machine.Length > 0 ? MachineTable.Read(Machine) : MachineTable.Number(MachineCount);
    }

    private EtcdOptions ReadOptions()
    {
        var options = ClusterEnvironment.Complete(new EtcdOptions
        {
            Endpoints = Endpoint ?? ClusterEnvironment.Read()?.Endpoints ?? throw new CommandException(EndpointMissing),
            User = User,
            Password = Password is null ? null : new NetworkCredential("", Password).Password,
            CaCertificatePath = File(CaCertificate),
            CertificatePath = File(Certificate),
            KeyPath = File(Key),
        });
        return TimeoutSec > 0 ? options with { Timeout = TimeSpan.FromSeconds(TimeoutSec) } : options;
    }

    private static CommandError EndpointMissing => new(
        "EndpointMissing",
        ErrorCategory.InvalidArgument,
        "Neither -Endpoint nor HAWEB_ENDPOINTS says where the cluster is.",
        null,
        "Give -Endpoint http://host:2379, or -Local for a cluster of this machine alone.");

    private string? File(string? path) => path is null ? null : GetUnresolvedProviderPathFromPSPath(path);
}
