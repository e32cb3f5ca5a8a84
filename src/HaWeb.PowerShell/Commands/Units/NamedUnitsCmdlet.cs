using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>A cmdlet that is told units by name, from its arguments or the pipeline, and works on all of them at the end.</summary>
public abstract class NamedUnitsCmdlet : ClusterCmdlet
{
    /// <summary>Names of units, with wildcards and braces.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>The names so far, by cluster.</summary>
    private protected UnitSelection Selection { get; } = new();

    /// <inheritdoc/>
    protected override void ProcessRecord() => Selection.Add(GetCluster(), Name);
}
