using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes a table of metadata with how one is written, where file names would come otherwise.</summary>
public sealed class MetadataCompleter : IArgumentCompleter
{
    private const string Example = "@{ zone = 'a' }";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        string.IsNullOrEmpty(wordToComplete) ? [new CompletionResult(Example, Example, CompletionResultType.ParameterValue, "keys and values of the machine's metadata")] : [];
}
