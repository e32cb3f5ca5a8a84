using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Assertions;

namespace HaWeb.Tools.PesterStandIn;

/// <summary>Should: one assertion on what is piped in, or on -ActualValue.</summary>
[Cmdlet(VerbsLifecycle.Assert, "PesterExpectation")]
[Alias("Should")]
public sealed class ShouldCommand : PSCmdlet
{
    private readonly List<object?> _actual = [];

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? ActualValue { get; set; }

    [Parameter]
    public SwitchParameter Not { get; set; }

    [Parameter]
    public string? Because { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(Be))]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Be { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeExactly))]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? BeExactly { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeTrue))]
    public SwitchParameter BeTrue { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeFalse))]
    public SwitchParameter BeFalse { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeNullOrEmpty))]
    public SwitchParameter BeNullOrEmpty { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeOfType))]
    public object? BeOfType { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(HaveCount))]
    public int HaveCount { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(Contain))]
    [AllowNull]
    [AllowEmptyString]
    public object? Contain { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(Match))]
    public string Match { get; set; } = string.Empty;

    [Parameter(Mandatory = true, ParameterSetName = nameof(MatchExactly))]
    public string MatchExactly { get; set; } = string.Empty;

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeLike))]
    public string BeLike { get; set; } = string.Empty;

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeGreaterThan))]
    public object? BeGreaterThan { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeLessThan))]
    public object? BeLessThan { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeGreaterOrEqual))]
    public object? BeGreaterOrEqual { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(BeLessOrEqual))]
    public object? BeLessOrEqual { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(Exist))]
    public SwitchParameter Exist { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = nameof(Throw))]
    public SwitchParameter Throw { get; set; }

    [Parameter(Position = 0, ParameterSetName = nameof(Throw))]
    public string? ExpectedMessage { get; set; }

    [Parameter(ParameterSetName = nameof(Throw))]
    public string? ErrorId { get; set; }

    [Parameter(ParameterSetName = nameof(Throw))]
    public Type? ExceptionType { get; set; }

    [Parameter(ParameterSetName = nameof(Throw))]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord() => _actual.Add(ActualValue);

    protected override void EndProcessing()
    {
        // A piped collection comes item by item; one item is meant as itself.
        object? whole = _actual is [var single] ? single : _actual.ToArray();
        var each = _actual.Count == 0 ? [null] : _actual;
        foreach (var (passed, expectation, but) in Outcomes(whole, each))
        {
            if (passed == Not)
            {
                var reason = string.IsNullOrEmpty(Because) ? string.Empty : $" because {Because},";
                var message = $"Expected {(Not ? "not " : string.Empty)}{expectation},{reason} but {but}.";
                var failure = new AssertionException(message);
                ThrowTerminatingError(new ErrorRecord(failure, "PesterAssertionFailed", ErrorCategory.InvalidResult, whole));
            }
        }
    }

    private IEnumerable<Outcome> Outcomes(object? whole, List<object?> each) => ParameterSetName switch
    {
        nameof(Be) => [Comparisons.Equal(whole, Be, ignoreCase: true)],
        nameof(BeExactly) => [Comparisons.Equal(whole, BeExactly, ignoreCase: false)],
        nameof(BeNullOrEmpty) => [Comparisons.NullOrEmpty(whole)],
        nameof(HaveCount) => [Comparisons.Count(whole, HaveCount)],
        nameof(Contain) => [Comparisons.Contains(whole, Contain)],
        nameof(BeTrue) => each.Select(actual => Comparisons.Truth(actual, true)),
        nameof(BeFalse) => each.Select(actual => Comparisons.Truth(actual, false)),
        nameof(BeOfType) => each.Select(actual => Comparisons.OfType(actual, BeOfType)),
        nameof(Match) => each.Select(actual => Comparisons.Matches(actual, Match, ignoreCase: true)),
        nameof(MatchExactly) => each.Select(actual => Comparisons.Matches(actual, MatchExactly, ignoreCase: false)),
        nameof(BeLike) => each.Select(actual => Comparisons.Like(actual, BeLike)),
        nameof(BeGreaterThan) => each.Select(actual => Comparisons.Ordered(actual, BeGreaterThan, "greater than", order => order > 0)),
        nameof(BeLessThan) => each.Select(actual => Comparisons.Ordered(actual, BeLessThan, "less than", order => order < 0)),
        nameof(BeGreaterOrEqual) =>
            each.Select(actual => Comparisons.Ordered(actual, BeGreaterOrEqual, "greater than or equal to", order => order >= 0)),
        nameof(BeLessOrEqual) =>
            each.Select(actual => Comparisons.Ordered(actual, BeLessOrEqual, "less than or equal to", order => order <= 0)),
        nameof(Exist) => each.Select(Existence),
        _ => each.Select(Throwing),
    };

    private Outcome Existence(object? actual)
    {
        var path = LanguagePrimitives.ConvertTo<string>(actual);
        var exists = InvokeProvider.Item.Exists(path);
        return new Outcome(exists, $"path {Value.Show(actual)} to exist", exists ? "it did exist" : "it did not exist");
    }

    private Outcome Throwing(object? actual)
    {
        if ((actual is PSObject wrapped ? wrapped.BaseObject : actual) is not ScriptBlock body)
        {
            throw new PSArgumentException("Should -Throw takes a script block from the pipeline: { ... } | Should -Throw.");
        }

        var expectation = new ThrowExpectation(ExpectedMessage, ErrorId, ExceptionType);
        var error = InvokeCommand.InvokeScript(true, ThrowExpectation.Catch, null, body).LastOrDefault()?.BaseObject as ErrorRecord;
        if (PassThru && error is not null && !Not)
        {
            WriteObject(error);
        }

        return Not ? expectation.Any(error) : expectation.Check(error);
    }
}
