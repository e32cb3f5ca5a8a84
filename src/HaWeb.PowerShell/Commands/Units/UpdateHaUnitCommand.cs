using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Commands.UnitFiles;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Rolls a new unit file or image over the instances of a template, and follows, pauses, resumes or rolls back what is under way.</summary>
[Cmdlet(VerbsData.Update, "HaUnit", DefaultParameterSetName = ToFollow, SupportsShouldProcess = true)]
[OutputType(typeof(HaUpdate), typeof(HaPlanStep))]
public sealed class UpdateHaUnitCommand : ClusterCmdlet
{
    private const string ToFollow = "Follow";
    private const string ByPath = "Path";
    private const string ByText = "Content";
    private const string ByImage = "Image";
    private const string ToPause = "Pause";
    private const string ToResume = "Resume";
    private const string ToRollBack = "Rollback";

    /// <summary>The template, or the unit that was made from none.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ToFollow)]
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByPath)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByText)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByImage)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ToPause)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ToResume)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ToRollBack)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(UpdateTargetCompleter))]
    public string? Name { get; set; }

    /// <summary>The path of the new unit file; its name is the unit's where no name is given.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The text of the new unit file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByText)]
    [Alias("Text")]
    [AllowEmptyString]
    public string Content { get; set; } = "";

    /// <summary>The image that takes the place of the one on the file's docker line.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByImage)]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = "";

    /// <summary>How many running instances may be unavailable at a time.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [Parameter(ParameterSetName = ByText)]
    [Parameter(ParameterSetName = ByImage)]
    [Parameter(ParameterSetName = ToRollBack)]
    [ValidateRange(1, 10_000)]
    public int MaxUnavailable { get; set; } = 1;

    /// <summary>How many instances have to prove the file before any other gets it.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [Parameter(ParameterSetName = ByText)]
    [Parameter(ParameterSetName = ByImage)]
    [ValidateRange(0, 10_000)]
    public int Canary { get; set; }

    /// <summary>With a file or image: waits for -Resume after the canaries. Alone: begins no further instance.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [Parameter(ParameterSetName = ByText)]
    [Parameter(ParameterSetName = ByImage)]
    [Parameter(Mandatory = true, ParameterSetName = ToPause)]
    public SwitchParameter Pause { get; set; }

    /// <summary>Lets a paused update go on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ToResume)]
    public SwitchParameter Resume { get; set; }

    /// <summary>Gives instances back their former files: those of an update under way, or of the last one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ToRollBack)]
    public SwitchParameter Rollback { get; set; }

    /// <summary>How long an instance has to be healthy without a break.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [Parameter(ParameterSetName = ByText)]
    [Parameter(ParameterSetName = ByImage)]
    [Parameter(ParameterSetName = ToRollBack)]
    [SpanTransform]
    public TimeSpan MinHealthyTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an instance may take for that before the update goes back.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [Parameter(ParameterSetName = ByText)]
    [Parameter(ParameterSetName = ByImage)]
    [Parameter(ParameterSetName = ToRollBack)]
    [SpanTransform]
    public TimeSpan HealthyDeadline { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Takes the last healthy backend of a service too, and units that no machine takes with the new file.</summary>
    [Parameter(ParameterSetName = ByPath)]
    [Parameter(ParameterSetName = ByText)]
    [Parameter(ParameterSetName = ByImage)]
    [Parameter(ParameterSetName = ToRollBack)]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns as soon as the wish is stored.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to follow the update, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; } = 3600;

    /// <summary>With -WhatIf: puts out the steps of the plan. The update is put out in any case.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        var isWhatIf = IsWhatIf;
        var source = ParameterSetName == ByPath ? Guard(Read) : null;
        Run(streams => ExecuteAsync(streams, cluster, source, isWhatIf));
    }

    private async Task ExecuteAsync(CmdletStreams streams, HaCluster cluster, UnitSource? source, bool isWhatIf)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var name = UnitName.Complete(Name ?? source!.Name);
        var before = state.Updates[name]?.ModRevision;
        if (ParameterSetName == ToFollow)
        {
            if (before is null)
            {
                await streams.WriteRefusalsAsync(new SteerUpdate(name, OperationAction.Pause).Plan(state, cluster.Client.Now).Refusals);
                return;
            }
        }
        else if (await new PlanExecution(streams, cluster, isWhatIf, PassThru).RunAsync(Operation(state, name, source), state) is null or { Count: > 0 })
        {
            return;
        }

        var follow = new UpdateFollow(streams, cluster, name)
        {
            MayPause = Pause,
            MayRollBack = Rollback && state.Updates[name] is { Value.IsUnderWay: true },

            // What has that content already is not updated: the outcome of an earlier update is no answer then.
            Before = ParameterSetName == ToFollow ? 0 : before ?? 0,
        };
        await follow.RunAsync(NoWait ? null : TimeSpan.FromSeconds(TimeoutSec));
    }

    private IOperation Operation(ClusterState state, string name, UnitSource? source) => ParameterSetName switch
    {
        ByPath => Start(name, new UpdateContent.File(source!.Text, source.Path)),
        ByText => Start(name, new UpdateContent.File(Content)),
        ByImage => Start(name, new UpdateContent.Image(Image)),
        ToPause => new SteerUpdate(name, OperationAction.Pause),
        ToResume => new SteerUpdate(name, OperationAction.Resume),
        _ => state.Updates[name] is { Value.State: UpdateState.Done } ? Start(name, new UpdateContent.Former()) : new SteerUpdate(name, OperationAction.Rollback) { Force = Force },
    };

    private UpdateUnit Start(string name, UpdateContent content) => new(name, content)
    {
        MaxUnavailable = MaxUnavailable,
        Canary = Canary,
        Pause = Pause,
        MinHealthyTime = MinHealthyTime,
        HealthyDeadline = HealthyDeadline,
        Force = Force,
    };

    private UnitSource Read()
    {
        var path = GetUnresolvedProviderPathFromPSPath(Path);
        try
        {
            return UnitSourceFile.Read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(UnitSourceFile.Unreadable(path, exception));
        }
    }
}
