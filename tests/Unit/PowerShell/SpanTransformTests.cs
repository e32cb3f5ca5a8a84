using System.Management.Automation;
using HaWeb.PowerShell.Completion;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class SpanTransformTests
{
    [Theory]
    [InlineData("2s", 2_000)]
    [InlineData("250ms", 250)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1.5", 1_500)]
    [InlineData("3", 3_000)]
    [InlineData("'1min 30s'", 90_000)]
    [InlineData("([timespan]'0:0:7')", 7_000)]
    [InlineData("(2 + 3)", 5_000)]
    public void A_time_is_taken_as_it_was_typed(string argument, int milliseconds)
    {
        using var shell = new TestShell(typeof(TestSpanCommand));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), shell.Run($"Test-Span -Span {argument}").Single<TimeSpan>());
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("infinity")]
    public void What_is_no_time_is_refused(string argument)
    {
        using var shell = new TestShell(typeof(TestSpanCommand));

        var result = shell.Run($"Test-Span -Span {argument}");

        Assert.Single(result.ErrorIds);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("Test-Span -Span soon", "'soon' is no time. Write for example 500ms, 30s")]
    [InlineData("Test-Span -Since yesterday", "'yesterday' is neither a time nor how long ago one was. Write for example 10min")]
    public void An_error_shows_how_times_are_written(string script, string message)
    {
        using var shell = new TestShell(typeof(TestSpanCommand));

        Assert.Contains(message, shell.Run(script).Error.ToString(), StringComparison.Ordinal);
    }

    [Cmdlet(VerbsDiagnostic.Test, "Span")]
    public sealed class TestSpanCommand : PSCmdlet
    {
        [Parameter]
        [SpanTransform]
        public TimeSpan Span { get; set; }

        [Parameter]
        [SinceTransform]
        public LogStart Since { get; set; }

        protected override void EndProcessing() => WriteObject(Span);
    }
}
