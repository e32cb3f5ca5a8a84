using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes what a hash can go by.</summary>
public sealed class HashKeyCompleter : IArgumentCompleter
{
    private static readonly (string Text, string ToolTip)[] Known =
    [
        ("uri", "the path and the query"),
        ("address", "the client's address"),
        ("host", "the host that the request is for"),
        ("header:", "a header of the request: header:X-Session"),
        ("cookie:", "a cookie of the request: cookie:session"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? "").Trim('\'', '"');
        return Known
            .Where(one => one.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(one => new CompletionResult(one.Text, one.Text, CompletionResultType.ParameterValue, one.ToolTip));
    }
}
