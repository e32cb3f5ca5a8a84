using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class PatternTests
{
    [Theory]
    [InlineData("*", "foo.service", true)]
    [InlineData("foo.*", "foo.socket", true)]
    [InlineData("foo@*.service", "foo@12.service", true)]
    [InlineData("foo@[a-c].service", "foo@b.service", true)]
    [InlineData("foo@[^a].service", "foo@a.service", false)]
    [InlineData("foo@[^a].service", "foo@b.service", true)]
    [InlineData("foo@?.service", "foo@12.service", false)]
    [InlineData("foo\\*.service", "foo*.service", true)]
    [InlineData("foo\\*.service", "foox.service", false)]
    [InlineData("*a*b*.service", "xxaxxbxx.service", true)]
    [InlineData("a*/b", "ax/y/b", false)]
    [InlineData("foo.service", "foo", false)]
    public void A_glob_matches_as_in_Go(string pattern, string name, bool expected)
    {
        Assert.True(PathGlob.TryParse(pattern, out var glob, out _));
        Assert.Equal(expected, glob.IsMatch(name));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[]a]")]
    [InlineData("[c-a]")]
    [InlineData("[a-]")]
    [InlineData("[^]")]
    [InlineData("foo\\")]
    public void A_malformed_glob_is_refused(string pattern)
    {
        Assert.False(PathGlob.TryParse(pattern, out _, out var error));
        Assert.Contains(pattern, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_glob_of_many_stars_is_matched_in_no_time()
    {
        Assert.True(PathGlob.TryParse(string.Concat(Enumerable.Repeat("*a", 500)) + "b", out var glob, out _));
        Assert.False(glob.IsMatch(new string('a', 5000)));
    }

    [Theory]
    [InlineData("nginx@*", "nginx@1.service", true)]
    [InlineData("nginx@1", "nginx@1.service", true)]
    [InlineData("nginx@1.service", "nginx@1.service", true)]
    [InlineData("Nginx@1", "nginx@1.service", false)]
    [InlineData("web?", "web1.service", true)]
    [InlineData("web[a-c]", "webb.service", true)]
    [InlineData("web`*", "web1.service", false)]
    [InlineData("*", "nginx@.service", false)]
    [InlineData("nginx@.service", "nginx@.service", false)]
    public void An_operators_pattern_chooses_units_and_no_templates(string pattern, string name, bool expected)
    {
        Assert.True(UnitNamePattern.TryParse(pattern, out var parsed, out _));
        Assert.Equal(expected, parsed.IsMatch(UnitName.Parse(name)));
    }

    [Fact]
    public void Templates_are_chosen_when_asked_and_then_alone()
    {
        Assert.True(UnitNamePattern.TryParse("nginx@*", out var pattern, out _));
        Assert.True(pattern.IsMatch(UnitName.Parse("nginx@.service"), templates: true));
        Assert.False(pattern.IsMatch(UnitName.Parse("nginx@1.service"), templates: true));
    }

    [Fact]
    public void A_literal_name_is_told_from_a_wildcard()
    {
        Assert.True(UnitNamePattern.TryParse("nginx@1", out var literal, out _));
        Assert.True(UnitNamePattern.TryParse("nginx@?", out var wildcard, out _));
        Assert.Equal((false, true), (literal.HasWildcards, wildcard.HasWildcards));
    }

    [Fact]
    public void Any_text_is_a_pattern_or_an_error() => Gen.Select(Gen.String["*?[]^-\\`ab/@"], Gen.String["ab/@*"]).Sample((pattern, text) =>
    {
        Assert.True(PathGlob.TryParse(pattern, out var glob, out var error) ? glob.IsMatch(text) || true : error.Length > 0);
        Assert.NotEqual(UnitNamePattern.TryParse(pattern, out _, out error), error is not null);
    });
}
