using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Removes backends that were registered by hand.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "HaBackend", SupportsShouldProcess = true)]
[OutputType(typeof(HaPlanStep))]
public sealed class UnregisterHaBackendCommand : ClusterCmdlet
{
    /// <summary>The service.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string Service { get; set; } = "";

    /// <summary>The backend's name in the service, with wildcards, which match registered backends only.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>With -WhatIf, puts out the steps of the plan.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        var isWhatIf = IsWhatIf;
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            var execution = new PlanExecution(streams, cluster, isWhatIf, PassThru);
            foreach (var name in Name.SelectMany(typed => Resolve(state, typed)).Distinct(StringComparer.Ordinal))
            {
                await execution.RunAsync(new UnregisterBackend(Service, name), state);
            }
        });
    }

    private IEnumerable<string> Resolve(ClusterState state, string typed)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(typed))
        {
            return [typed];
        }

        var pattern = WildcardPattern.Get(typed, WildcardOptions.None);
        return BackendView.OfService(state, Service).Where(backend => backend.External && pattern.IsMatch(backend.Name)).Select(backend => backend.Name);
    }
}
