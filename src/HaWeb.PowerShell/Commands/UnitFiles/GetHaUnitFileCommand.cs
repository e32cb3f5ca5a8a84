using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>Lists the stored unit files.</summary>
[Cmdlet(VerbsCommon.Get, "HaUnitFile")]
[OutputType(typeof(HaUnitFile))]
public sealed class GetHaUnitFileCommand : ClusterCmdlet
{
    /// <summary>Names of units and templates, with wildcards and braces.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Templates only.</summary>
    [Parameter]
    public SwitchParameter Template { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            var names = await streams.ResolveAsync(new UnitQuery(Name) { Scope = Template ? UnitScope.Templates : UnitScope.Files }, state);
            foreach (var name in names)
            {
                if (HaUnitFile.Find(state, name, cluster) is { } file)
                {
                    await streams.WriteAsync(file);
                }
            }
        });
    }
}
