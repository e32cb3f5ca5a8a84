using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class SystemdSpanTests
{
    [Theory]
    [InlineData("2s", 2_000)]
    [InlineData("500ms", 500)]
    [InlineData("1min 30s", 90_000)]
    [InlineData("1min30s", 90_000)]
    [InlineData("90", 90_000)]
    [InlineData("0", 0)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("300ms20s 5day", 432_020_300)]
    [InlineData("2 h", 7_200_000)]
    [InlineData("1M", 2_630_016_000)]
    [InlineData("1y 12month", 63_117_792_000)]
    public void A_span_is_read_as_systemd_does(string text, long milliseconds)
    {
        Assert.True(SystemdSpan.TryParse(text, out var span));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), span);
    }

    [Fact]
    public void Infinity_is_no_limit()
    {
        Assert.True(SystemdSpan.TryParse("infinity", out var span));
        Assert.Null(span);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("5 parsecs")]
    [InlineData("1.2.3s")]
    [InlineData("999999999999999y")]
    public void Another_text_is_refused(string text) => Assert.False(SystemdSpan.TryParse(text, out _));

    [Fact]
    public void Any_text_is_a_span_or_not() => Gen.String["0123456789. smhdwyMu"].Sample(text =>
        Assert.True(!SystemdSpan.TryParse(text, out var span) || span is null || span >= TimeSpan.Zero));
}
