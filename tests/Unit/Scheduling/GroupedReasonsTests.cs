using HaWeb.Core.Scheduling;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class GroupedReasonsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("A=full", "A: full")]
    [InlineData("B=full,A=full", "A, B: full")]
    [InlineData("m10=full,m9=lost,m2=full", "m2, m10: full; m9: lost")]
    [InlineData("m10=full,m9=full,m2=full,m1=lost,m11=full,m12=full", "m1: lost; m2, m9, m10 and 2 more: full")]
    public void A_reason_is_given_once_with_those_that_have_it(string answers, string expected) =>
        Assert.Equal(expected, GroupedReasons.Of(answers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(answer => (answer.Split('=')[0], answer.Split('=')[1]))));
}
