using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>Finds everything that is wrong with unit files, each for itself and together.</summary>
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
        if (ParameterSetName != Stored)
        {
            Take();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == Stored)
        {
            var cluster = GetCluster();
            Run(streams => TestStoredAsync(streams, cluster));
        }
        else if (Sources.Count > 0)
        {
            // Files are checked with or without a cluster: only one that is connected already is asked.
            var cluster = Cluster ?? CurrentCluster.Get();
            Run(streams => TestAsync(streams, cluster));
        }
    }

    private async Task TestAsync(CmdletStreams streams, HaCluster? cluster)
    {
        ClusterState? state = null;
        try
        {
            state = cluster is null ? null : await cluster.Client.ReadAsync(streams.CancellationToken);
        }
        catch (StoreException exception)
        {
            await streams.WriteWarningAsync($"The files are checked without what is stored: {exception.Message}");
        }

        await WriteAsync(streams, Sources, state);
    }

    private async Task TestStoredAsync(CmdletStreams streams, HaCluster cluster)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var names = await streams.ResolveAsync(new UnitQuery(Name) { Scope = UnitScope.Files }, state);
        await WriteAsync(
            streams, [.. names.Select(name => HaUnitFile.Find(state, name, cluster)).OfType<HaUnitFile>().Select(file => new UnitSource(file.Name, file.Content))], state);
    }

    private static async Task WriteAsync(CmdletStreams streams, IReadOnlyList<UnitSource> sources, ClusterState? state)
    {
        foreach (var problem in Check(sources, state))
        {
            await streams.WriteAsync(problem);
        }
    }
}
