using System.Management.Automation;
using Shell = System.Management.Automation.PowerShell;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>What a script wrote.</summary>
internal sealed record ShellResult(
    IReadOnlyList<object> Output,
    IReadOnlyList<ErrorRecord> Errors,
    ErrorRecord? Terminating,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Information)
{
    /// <summary>The only error.</summary>
    public ErrorRecord Error => Assert.Single(AllErrors);

    /// <summary>The stable ids of the errors, without the cmdlet's name.</summary>
    public IEnumerable<string> ErrorIds => AllErrors.Select(IdOf);

    private IEnumerable<ErrorRecord> AllErrors => Terminating is null ? Errors : Errors.Append(Terminating);

    public static string IdOf(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    public static ShellResult Of(Shell shell, IEnumerable<PSObject> output, ErrorRecord? terminating) => new(
        [.. output.Select(one => one.BaseObject)],
        [.. shell.Streams.Error],
        terminating,
        [.. shell.Streams.Warning.Select(warning => warning.Message)],
        [.. shell.Streams.Information.Select(information => information.MessageData.ToString()!)]);

    /// <summary>The only object written, when nothing went wrong.</summary>
    public T Single<T>()
    {
        Assert.Empty(ErrorIds);
        return Assert.IsType<T>(Assert.Single(Output));
    }

    /// <summary>The objects written, when nothing went wrong.</summary>
    public IReadOnlyList<T> All<T>()
    {
        Assert.Empty(ErrorIds);
        return [.. Output.Cast<T>()];
    }
}
