using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Waits until units have become what is wanted, and says what keeps those that do not.</summary>
/// <param name="Streams">Where to tell.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Activity">What is done, for progress.</param>
/// <param name="Judge">Judges the views of one unit.</param>
internal sealed record UnitWait(CmdletStreams Streams, HaCluster Cluster, string Activity, Func<IReadOnlyList<UnitView>, WaitVerdict> Judge)
{
    private readonly StateWait _wait = new(
        Streams,
        Cluster,
        Activity,
        state =>
        {
            var views = Cluster.ViewsOf(state);
            return unit => Judge(views.Of(unit));
        },
        ErrorOf,
        "What was asked for stays asked for and goes on. Get-HaUnit shows how it is, Wait-HaUnit waits on; -TimeoutSec allows more time.");

    private static CommandError ErrorOf(string unit, WaitVerdict.Failed failed) => failed.Kind == StatusRecord.ImageNotFound
        ? new CommandError(
            "ImageNotFound",
            ErrorCategory.ObjectNotFound,
            $"{unit}: {failed.Reason}",
            unit,
            "Check the image's name in the unit's file, and that the machine reaches the image's registry and may read it.")
        : new CommandError(
            "UnitFailed", ErrorCategory.InvalidResult, $"{unit}: {failed.Reason}", unit, $"Look with 'Get-HaUnit {unit}' and 'Get-HaUnitLog {unit}'.");

    /// <summary>Waits; an error is written for every unit that fails, or is not there in time.</summary>
    /// <param name="units">Full names of units.</param>
    /// <param name="timeout">How long.</param>
    public Task RunAsync(IReadOnlyList<string> units, TimeSpan timeout) => _wait.RunAsync(units, timeout);

    /// <summary>Warns when nothing runs that could do what was asked for.</summary>
    public Task WarnWhenPointlessAsync(IReadOnlyList<string> units) => _wait.WarnWhenPointlessAsync(units);
}
