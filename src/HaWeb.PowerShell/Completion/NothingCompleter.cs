using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes with nothing, where file names would come otherwise: only a variable can stand there.</summary>
public sealed class NothingCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => [];
}
