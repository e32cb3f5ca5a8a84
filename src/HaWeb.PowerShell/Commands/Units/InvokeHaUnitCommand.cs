using System.Collections;
using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Runs a command in the containers of units.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "HaUnit", SupportsShouldProcess = true)]
[OutputType(typeof(string))]
public sealed class InvokeHaUnitCommand : NamedUnitsCmdlet
{
    /// <summary>The command and its arguments; there is no shell.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] Command { get; set; } = [];

    /// <summary>The user to run it as; the container's own by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>The folder to run it in; the container's own by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>More variables.</summary>
    [Parameter]
    public IDictionary? Environment { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var variables = Environment?.Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}").ToList();
        var command = new ExecCommand(Command, User, WorkingDirectory, variables);
        foreach (var (cluster, names) in Selection.Clusters)
        {
            Run(streams => RunAsync(streams, cluster, names, command));
        }
    }

    private static async Task RunAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> names, ExecCommand command)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        foreach (var unit in await streams.ResolveAsync(new UnitQuery(names), state))
        {
            var containers = UnitContainer.Find(cluster, state, unit);
            if (containers.Count == 0)
            {
                await streams.WriteErrorAsync(UnitContainer.Missing(cluster, state, unit));
            }

            foreach (var container in containers)
            {
                if (await streams.ShouldProcessAsync($"Run '{string.Join(' ', command.Command)}' in {unit}") == Consent.Given)
                {
                    await RunAsync(streams, container, command);
                    if (cluster.Client.Simulation is not null)
                    {
                        await streams.WriteInformationAsync($"{unit} is simulated: the command was not run, and counts as ended well without output.", "HaWeb");
                    }
                }
            }
        }
    }

    private static async Task RunAsync(CmdletStreams streams, UnitContainer container, ExecCommand command)
    {
        try
        {
            using var console = container.Open();
            var exitCode = await console.RunAsync(container.Container, command, line => streams.Write(line.Text), streams.CancellationToken);
            if (exitCode != 0)
            {
                await streams.WriteErrorAsync(new CommandError(
                    "CommandFailed",
                    ErrorCategory.FromStdErr,
                    $"'{string.Join(' ', command.Command)}' in {container.Unit} ended with exit code {exitCode}.",
                    container.Unit,
                    exitCode is 126 or 127 ? "The image has no such program, or it cannot be run." : "What it printed says why."));
            }
        }
        catch (DockerException exception)
        {
            await streams.WriteErrorAsync(DockerErrors.From(exception) with { Target = container.Unit });
        }
    }
}
