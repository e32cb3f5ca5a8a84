using System.Collections;
using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Commands.LoadBalancers;
using HaWeb.Runtime.Agent;

namespace HaWeb.PowerShell.Agents;

/// <summary>Makes this machine one of the cluster's: runs its agent until stopped.</summary>
[Cmdlet(VerbsLifecycle.Start, "HaAgent")]
public sealed class StartHaAgentCommand : ClusterCmdlet
{
    /// <summary>The machine's id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The machine's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The address that its services are reached at.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Address { get; set; }

    /// <summary>The public address, where it has another one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PublicAddress { get; set; }

    /// <summary>What unit files can ask for.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Metadata { get; set; } = new Hashtable();

    /// <summary>How many units it takes.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? MaxUnits { get; set; }

    /// <summary>Whether it runs process units.</summary>
    [Parameter]
    public SwitchParameter AllowProcess { get; set; }

    /// <summary>Its Docker Engine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DockerEndpoint { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var cluster = GetCluster();
        var options = Guard(ReadOptions);
        Run(async streams =>
        {
            var reports = new AgentReports();
            var writing = reports.WriteAsync(streams);
            try
            {
                await new HaAgent(options, cluster.Client, reports).RunAsync(streams.CancellationToken);
            }
            finally
            {
                reports.Complete();
                await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
    }

    private AgentOptions ReadOptions() => new()
    {
        MachineId = Id,
        Name = Name,
        Address = Address,
        PublicAddress = PublicAddress,
        Metadata = Metadata.Cast<DictionaryEntry>().ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}", StringComparer.Ordinal),
        MaxUnits = MaxUnits,
        AllowProcess = AllowProcess,
        Docker = DockerEndpoint is null ? null : DockerTarget.Find(DockerEndpoint),
        Version = ModuleVersion.Text,
    };
}
