using System.Management.Automation;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Shows the machines of the cluster.</summary>
[Cmdlet(VerbsCommon.Get, "HaMachine")]
[OutputType(typeof(HaMachine))]
public sealed class GetHaMachineCommand : ClusterCmdlet
{
    /// <summary>Ids or names of machines, with wildcards; all of them by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(async streams =>
        {
            var machines = MachineView.All(await cluster.Client.ReadAsync(streams.CancellationToken)).ToList();
            var shown = new HashSet<string>(StringComparer.Ordinal);
            foreach (var typed in Name)
            {
                var pattern = WildcardPattern.Get(typed, WildcardOptions.None);
                var found = machines.FindAll(machine => pattern.IsMatch(machine.Id) || pattern.IsMatch(machine.Name));
                if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(typed))
                {
                    await streams.WriteErrorAsync(new CommandError(
                        "MachineNotFound", ErrorCategory.ObjectNotFound, $"There is no machine with the id or name '{typed}'.", typed, "Get-HaMachine lists the machines. Names are case-sensitive."));
                }

                foreach (var machine in found.Where(machine => shown.Add(machine.Id)))
                {
                    await streams.WriteAsync(HaMachine.Of(machine, cluster));
                }
            }
        });
    }
}
