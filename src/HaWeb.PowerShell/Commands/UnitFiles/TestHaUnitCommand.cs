using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>Finds everything that is wrong with unit files.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HaUnit", DefaultParameterSetName = ByPath)]
[OutputType(typeof(HaUnitProblem))]
public sealed class TestHaUnitCommand : UnitFileCmdlet
{
    private const string Stored = "Stored";

    /// <summary>Names of stored units and templates, with wildcards; with -Content, what the text is to be called.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Stored)]
    [Parameter(Mandatory = true, ParameterSetName = ByText)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[] Name { get; set; } = [];

    private protected override string TextName => Name[0];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == Stored)
        {
            TestStored();
            return;
        }

        var before = Sources.Count;
        Take();
        foreach (var source in Sources.Skip(before))
        {
            WriteObject(Check(source), enumerateCollection: true);
        }
    }

    private void TestStored()
    {
        var cluster = GetCluster();
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            var names = await streams.ResolveAsync(new UnitQuery(Name) { Scope = UnitScope.Files }, state);
            foreach (var name in names)
            {
                if (HaUnitFile.Find(state, name, cluster) is { } file)
                {
                    foreach (var problem in Check(new UnitSource(name, file.Content)))
                    {
                        await streams.WriteAsync(problem);
                    }
                }
            }
        });
    }
}
