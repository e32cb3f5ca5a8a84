using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class BraceExpansionTests
{
    [Theory]
    [InlineData("nginx@1.service", "nginx@1.service")]
    [InlineData("nginx@{1,2}.service", "nginx@1.service nginx@2.service")]
    [InlineData("nginx@{1..3}", "nginx@1 nginx@2 nginx@3")]
    [InlineData("w{08..11}", "w08 w09 w10 w11")]
    [InlineData("w{3..1}", "w3 w2 w1")]
    [InlineData("w{0..10..5}", "w0 w5 w10")]
    [InlineData("w{-1..1}", "w-1 w0 w1")]
    [InlineData("{a..c}", "a b c")]
    [InlineData("{a,b{1..2}}", "a b1 b2")]
    [InlineData("{a,b}-{1,2}", "a-1 a-2 b-1 b-2")]
    [InlineData("x{,y}", "x xy")]
    [InlineData("a,b", "a,b")]
    public void Braces_are_expanded_as_a_shell_does(string text, string expected)
    {
        Assert.True(BraceExpansion.TryExpand(text, out var expanded, out _));
        Assert.Equal(expected.Split(' '), expanded);
    }

    [Theory]
    [InlineData("a{1,2", BraceFault.Unbalanced, 2)]
    [InlineData("a1,2}", BraceFault.Unbalanced, 5)]
    [InlineData("a{}", BraceFault.NotAListOrRange, 2)]
    [InlineData("a{1}", BraceFault.NotAListOrRange, 2)]
    [InlineData("a{1..b}", BraceFault.NotAListOrRange, 2)]
    [InlineData("a{1..3..0}", BraceFault.NotAListOrRange, 2)]
    [InlineData("{1..10001}", BraceFault.TooMany, 1)]
    [InlineData("{1..200}{1..200}", BraceFault.TooMany, 1)]
    [InlineData("{0..9999999999}", BraceFault.TooMany, 1)]
    [InlineData("{{{{{{{{{{{{{{{{{a,b}}}}}}}}}}}}}}}}}", BraceFault.TooDeep, 17)]
    public void What_cannot_be_expanded_says_where_and_why(string text, BraceFault fault, int column)
    {
        Assert.False(BraceExpansion.TryExpand(text, out _, out var error));
        Assert.Equal((fault, column), (error.Fault, error.Column));
    }

    [Fact]
    public void Expansion_is_bounded_for_any_text() => Gen.String["{},.019a-+"].Sample(text =>
    {
        if (BraceExpansion.TryExpand(text, out var expanded, out var error, limit: 100))
        {
            Assert.InRange(expanded.Count, 1, 100);
        }
        else
        {
            Assert.InRange(error.Column, 1, text.Length);
        }
    });
}
