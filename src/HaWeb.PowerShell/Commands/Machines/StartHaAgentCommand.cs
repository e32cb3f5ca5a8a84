using System.Collections;
using System.Management.Automation;
using System.Net;
using HaWeb.PowerShell.Agents;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Runs this machine's agent until it is stopped.</summary>
[Cmdlet(VerbsLifecycle.Start, "HaAgent")]
public sealed class StartHaAgentCommand : ClusterCmdlet
{
    private readonly List<IAsyncDisposable> _owned = [];

    /// <summary>etcd's client addresses, where no cluster is connected.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <summary>The machine's id; that of /etc/machine-id by default.</summary>
    [Parameter]
    [ValidatePattern("^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$")]
    public string? Id { get; set; }

    /// <summary>The machine's name; the host name by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The IP address that the machine's services are reached at; that of the interface with the default route by default.</summary>
    [Parameter]
    [ValidateNotNull]
    public IPAddress? Address { get; set; }

    /// <summary>The public IP address, where it is another one.</summary>
    [Parameter]
    [ValidateNotNull]
    public IPAddress? PublicAddress { get; set; }

    /// <summary>What MachineMetadata in unit files can ask for.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Metadata { get; set; } = new Hashtable();

    /// <summary>How many units the machine takes.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? MaxUnits { get; set; }

    /// <summary>Lets units run commands on the machine itself, as the agent's user.</summary>
    [Parameter]
    public SwitchParameter AllowProcess { get; set; }

    /// <summary>The Docker Engine: <c>unix://</c> or <c>tcp://</c>; DOCKER_HOST, else this machine's usual socket by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DockerEndpoint { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var client = Guard(FindClient);
        var options = Guard(ReadOptions);
        Run(async streams =>
        {
            var reports = new AgentReports();
            var writing = reports.WriteAsync(streams);
            try
            {
                await new HaAgent(options, client, reports).RunAsync(streams.CancellationToken);
            }
            finally
            {
                reports.Complete();
                await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                foreach (var owned in _owned)
                {
                    await owned.DisposeAsync();
                }
            }
        });
    }

    private ClusterClient FindClient()
    {
        if (Endpoint is null)
        {
            var cluster = GetCluster();
            return cluster.Client.Simulation is null ? cluster.Client : throw SimulationErrors.NotInSimulation(cluster, "run a real agent: its machines have agents of their own");
        }

        try
        {
            // An agent waits for a store that does not answer yet, so nothing is proven here.
            var connection = new ClusterConnection.InEtcd(ClusterEnvironment.Complete(new EtcdOptions { Endpoints = Endpoint }));
            var client = new ClusterClient(connection.Open(), connection.Keys, connection.Kind);
            _owned.Add(client);
            return client;
        }
        catch (ArgumentException exception)
        {
            throw new CommandException(new CommandError(
                "ConnectionInvalid", ErrorCategory.InvalidArgument, exception.Message, Endpoint, "Correct the endpoints, the login or the certificate files.", exception));
        }
    }

    private AgentOptions ReadOptions() => new()
    {
        MachineId = Id,
        Name = Name,
        Address = Address?.ToString(),
        PublicAddress = PublicAddress?.ToString(),
        Metadata = Metadata.Cast<DictionaryEntry>().ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}", StringComparer.Ordinal),
        MaxUnits = MaxUnits,
        AllowProcess = AllowProcess,
        Docker = DockerEndpoint is null ? null : DockerTarget.Find(DockerEndpoint),
        Version = ModuleVersion.Text,
    };
}
