using System.Collections;
using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Changes the metadata of machines.</summary>
[Cmdlet(VerbsCommon.Set, "HaMachine", SupportsShouldProcess = true)]
[OutputType(typeof(HaMachine), typeof(HaPlanStep))]
public sealed class SetHaMachineCommand : MachineOperationCmdlet
{
    /// <summary>Keys to set, and their values. Other keys stay.</summary>
    /// <remarks>It is not bound from piped machines, whose own metadata would be set to what it is.</remarks>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(MetadataCompleter))]
    public IDictionary Metadata { get; set; } = new Hashtable();

    /// <summary>Keys to remove.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MetadataKeyCompleter))]
    public string[] RemoveMetadata { get; set; } = [];

    private protected override IOperation Operation(IReadOnlyList<string> machines) => new SetMachineMetadata(
        machines,
        Metadata.Cast<DictionaryEntry>().ToDictionary(entry => $"{entry.Key}", entry => $"{entry.Value}", StringComparer.Ordinal),
        RemoveMetadata);
}
