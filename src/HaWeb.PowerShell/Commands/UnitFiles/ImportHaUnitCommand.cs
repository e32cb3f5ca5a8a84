using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>Stores unit files in the cluster: all of those given, or none.</summary>
[Cmdlet(VerbsData.Import, "HaUnit", DefaultParameterSetName = ByPath, SupportsShouldProcess = true)]
[OutputType(typeof(HaUnitFile), typeof(HaPlanStep))]
public sealed class ImportHaUnitCommand : UnitFileCmdlet
{
    private HaCluster? _cluster;

    /// <summary>What the unit whose text is given is to be called.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByText)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Puts out the stored files; with -WhatIf the steps of the plan.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string TextName => Name;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _cluster ??= GetCluster();
        Take();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_cluster is { } cluster)
        {
            var isWhatIf = IsWhatIf;
            Run(streams => ImportAsync(streams, cluster, isWhatIf));
        }
    }

    private async Task ImportAsync(CmdletStreams streams, HaCluster cluster, bool isWhatIf)
    {
        // What is only to be warned of the plan says too, so it is said here only where there is none.
        var problems = Sources.SelectMany(source => Check([source])).ToList();
        if (HasUnreadable || Sources.Count == 0 || problems.Exists(problem => problem.Severity == nameof(ProblemSeverity.Error)))
        {
            await TellAsync(streams, problems);
            return;
        }

        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var plan = new ImportUnits(Sources).Plan(state, cluster.Client.Now);
        if (plan.Refusals.Count > 0)
        {
            await streams.WriteRefusalsAsync(plan.Refusals);
            return;
        }

        var declined = await new PlanExecution(streams, cluster, isWhatIf, PassThru)
            .RunAsync(new ImportUnits(Sources), state, Without);
        if (declined is not null && PassThru)
        {
            await WriteAsync(streams, cluster, await cluster.Client.ReadAsync(streams.CancellationToken), declined);
        }
    }

    private ImportUnits Without(IReadOnlySet<string> declined) =>
        new([.. Sources.Where(source => !declined.Contains(UnitName.Complete(source.Name)))]);

    private static async Task TellAsync(CmdletStreams streams, IEnumerable<HaUnitProblem> problems)
    {
        foreach (var problem in problems)
        {
            if (problem.Severity == nameof(ProblemSeverity.Error))
            {
                await streams.WriteErrorAsync(new CommandError(
                    "UnitFileInvalid", ErrorCategory.ParserError, problem.At + problem.Message, problem, (problem.Suggestion + " Nothing was stored.").TrimStart()));
            }
            else
            {
                await streams.WriteWarningAsync(problem.ToString());
            }
        }
    }

    private async Task WriteAsync(CmdletStreams streams, HaCluster cluster, ClusterState state, IReadOnlySet<string> declined)
    {
        foreach (var name in Sources.Select(source => UnitName.Complete(source.Name)).Where(name => !declined.Contains(name)).Distinct(StringComparer.Ordinal))
        {
            if (HaUnitFile.Find(state, name, cluster) is { } file)
            {
                await streams.WriteAsync(file);
            }
        }
    }
}
