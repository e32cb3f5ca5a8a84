using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using HaWeb.Core.Cluster;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes an argument from the cluster's state. It answers within a second, with nothing if need be, and never fails.</summary>
public abstract class ClusterCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? "").Trim('\'', '"');
        var given = fakeBoundParameters?["Cluster"] is { } value ? (value as PSObject)?.BaseObject ?? value : null;
        var cluster = given as HaCluster ?? CurrentCluster.Get();
        return cluster is null ? [] : Read(cluster, commandName, fakeBoundParameters)
            .Where(candidate => candidate.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(candidate => new CompletionResult(Quote(candidate.Text), candidate.Text, CompletionResultType.ParameterValue, candidate.ToolTip));
    }

    /// <summary>What can stand there, in order.</summary>
    private protected abstract IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state);

    /// <summary>The same, where it depends on the command and its other arguments.</summary>
    private protected virtual IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state, string command, IDictionary? given) => Candidates(state);

    private IReadOnlyList<(string Text, string ToolTip)> Read(HaCluster cluster, string command, IDictionary? given)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            var reading = Task.Run(() => cluster.Client.ReadAsync(deadline.Token), CancellationToken.None);
            return reading.Wait(Patience) ? [.. Candidates(reading.Result, command, given)] : [];
        }
        catch (Exception)
        {
            // A prompt is no place for errors: the command itself reports them.
            return [];
        }
    }

    private static string Quote(string text) => text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '@' or ':') && text[0] != '@'
        ? text
        : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
