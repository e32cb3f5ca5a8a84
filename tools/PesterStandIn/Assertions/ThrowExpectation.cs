using System.Management.Automation;

namespace HaWeb.Tools.PesterStandIn.Assertions;

/// <summary>What Should -Throw asks of the error; what is null is not asked. Message and error id may have wildcards.</summary>
internal sealed record ThrowExpectation(string? Message, string? ErrorId, Type? ExceptionType)
{
    /// <summary>Runs a script block and gives the error that ended it, as a script's own catch would see it.</summary>
    public static ScriptBlock Catch { get; } = ScriptBlock.Create("param($______body) try { $null = & $______body } catch { $_ }");

    /// <summary>Whether there was an error at all.</summary>
    public Outcome Any(ErrorRecord? error) =>
        new(error is not null, "an exception to be thrown", error is null ? "none was thrown" : $"there was '{error.Exception.Message}'");

    public Outcome Check(ErrorRecord? error)
    {
        if (error is null)
        {
            return Any(error) with { Expectation = Wanted() };
        }

        var holds = IsLike(error.Exception.Message, Message)
            && IsLike(error.FullyQualifiedErrorId, ErrorId)
            && (ExceptionType is null || ExceptionType.IsInstanceOfType(error.Exception));
        var found = $"it was [{error.Exception.GetType().FullName}] '{error.Exception.Message}' with the error id '{error.FullyQualifiedErrorId}'";
        return new Outcome(holds, Wanted(), found);
    }

    private string Wanted()
    {
        string?[] filters =
        [
            ExceptionType is null ? null : $"of type [{ExceptionType}]",
            Message is null ? null : $"with a message like '{Message}'",
            ErrorId is null ? null : $"with the error id '{ErrorId}'",
        ];
        return string.Join(' ', ["an exception", .. filters.OfType<string>(), "to be thrown"]);
    }

    private static bool IsLike(string text, string? pattern) =>
        string.IsNullOrWhiteSpace(pattern)
        || text.Equals(pattern, StringComparison.OrdinalIgnoreCase)
        || new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(text);
}
