using System.Text.RegularExpressions;
using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class UnitNameTests
{
    [Theory]
    [InlineData("foo.service", "foo", "foo", "", "service", null, false)]
    [InlineData("foo@.service", "foo@", "foo", "", "service", "foo@.service", true)]
    [InlineData("foo@bar@baz.service", "foo@bar@baz", "foo", "bar@baz", "service", "foo@.service", false)]
    [InlineData("foo.1@2.service", "foo.1@2", "foo.1", "2", "service", "foo.1@.service", false)]
    [InlineData("ssh@1.socket", "ssh@1", "ssh", "1", "socket", "ssh@.socket", false)]
    public void A_name_is_taken_apart(string text, string bare, string prefix, string instance, string suffix, string? template, bool isTemplate)
    {
        var name = UnitName.Parse(text);

        Assert.Equal(
            (text, bare, prefix, instance, suffix, template, isTemplate),
            (name.FullName, name.NameWithoutSuffix, name.Prefix, name.Instance, name.Suffix, name.Template?.FullName, name.IsTemplate));
    }

    [Theory]
    [InlineData("", UnitNameFault.Empty)]
    [InlineData("fooservice", UnitNameFault.NoSuffix)]
    [InlineData("foo.service.", UnitNameFault.EndsInDot)]
    [InlineData("foo.servICE", UnitNameFault.UnknownSuffix)]
    [InlineData("foo@1.mount", UnitNameFault.SuffixHasNoTemplates)]
    [InlineData("yes/no.service", UnitNameFault.InvalidCharacter)]
    [InlineData("web ä.service", UnitNameFault.InvalidCharacter)]
    [InlineData("nginx@{1,2}.service", UnitNameFault.InvalidCharacter)]
    [InlineData("@foo.service", UnitNameFault.EmptyPrefix)]
    public void A_text_that_is_no_name_says_why(string text, UnitNameFault fault)
    {
        Assert.False(UnitName.TryParse(text, out _, out var error));
        Assert.Equal(fault, error.Fault);
    }

    [Fact]
    public void A_name_has_at_most_256_characters()
    {
        Assert.True(UnitName.TryParse(new string('0', 248) + ".service", out _, out _));
        Assert.False(UnitName.TryParse(new string('0', 249) + ".service", out _, out var error));
        Assert.Equal(UnitNameFault.TooLong, error.Fault);
    }

    [Theory]
    [InlineData("service socket target timer path", true)]
    [InlineData("device mount automount swap slice snapshot scope busname", false)]
    public void Every_type_of_unit_has_names_and_some_have_templates(string suffixes, bool templates) => Assert.All(suffixes.Split(' '), suffix =>
    {
        Assert.True(UnitName.TryParse($"a.{suffix}", out _, out _));
        Assert.Equal(templates, UnitName.TryParse($"a@.{suffix}", out _, out _));
        Assert.Equal(templates, UnitName.TryParse($"a@1.{suffix}", out _, out _));
    });

    [Fact]
    public void A_text_is_a_name_exactly_when_it_has_the_form_of_one()
    {
        var form = new Regex(
            @"^(?!@)(?:[0-9A-Za-z:\-_.\\]*\.(?:service|socket|target|timer|path|device|mount|automount|swap|slice|snapshot|scope|busname)|[0-9A-Za-z:\-_.\\@]*\.(?:service|socket|target|timer|path))\z",
            RegexOptions.CultureInvariant);
        var part = Gen.OneOf(Gen.OneOf("a", "Z9", ".", "@", ":-_\\", "%", " ", "/", "ä", ""), Gen.String[Gen.Char, 0, 2]);
        var end = Gen.OneOf(".service", ".timer", ".mount", ".slice", ".servic", ".Service", ".", "");
        Gen.Select(part.Array[0, 4], end).Sample((parts, suffix) =>
        {
            var text = string.Concat(parts) + suffix;

            Assert.Equal(form.IsMatch(text), UnitName.TryParse(text, out _, out _));
        });
    }

    [Fact]
    public void The_parts_of_a_name_make_the_name()
    {
        var word = Gen.String["ab01:-_.\\"].Where(text => text.Length is > 0 and < 20);
        Gen.Select(word, Gen.String["ab01:-_.\\@"], Gen.OneOf("service", "timer")).Sample((prefix, instance, suffix) =>
        {
            var name = UnitName.Parse($"{prefix}@{instance}.{suffix}");

            Assert.Equal((prefix, instance, suffix), (name.Prefix, name.Instance, name.Suffix));
            Assert.Equal((instance.Length == 0, instance.Length > 0), (name.IsTemplate, name.IsInstance));
            Assert.Equal(name, name.Template!.WithInstance(instance));
            Assert.Equal(name.FullName, UnitName.Complete("units/" + name));
        });
    }

    [Theory]
    [InlineData("foo", "foo.service")]
    [InlineData("foo.1", "foo.1.service")]
    [InlineData("foo/bar.socket", "bar.socket")]
    [InlineData("./units/nginx@.service", "nginx@.service")]
    [InlineData("nginx@1", "nginx@1.service")]
    public void A_typed_name_gets_its_suffix(string typed, string expected) => Assert.Equal(expected, UnitName.Complete(typed));

    [Fact]
    public void A_template_makes_instances_and_a_plain_unit_does_not()
    {
        Assert.Equal("nginx@3.service", UnitName.Parse("nginx@.service").WithInstance("3").FullName);
        Assert.Equal("nginx@3.service", UnitName.Parse("nginx@1.service").WithInstance("3").FullName);
        Assert.Throws<FormatException>(() => UnitName.Parse("nginx.service").WithInstance("3"));
        Assert.Throws<FormatException>(() => UnitName.Parse("nginx@.service").WithInstance("a b"));
    }

    [Fact]
    public void Names_are_ordered_by_their_numbers()
    {
        string[] names = ["web@10.service", "web@9.service", "web@1.service", "db.service", "web@01.service", "web@1a.service", "web@.service"];

        Assert.Equal(
            ["db.service", "web@.service", "web@01.service", "web@1.service", "web@1a.service", "web@9.service", "web@10.service"],
            names.Order(UnitNameComparer.Instance));
    }

    [Fact]
    public void The_order_is_total()
    {
        var text = Gen.OneOf(Gen.String["0123456789ab@."], Gen.String["01a"]);
        Gen.Select(text, text, text).Sample((a, b, c) =>
        {
            var comparer = UnitNameComparer.Instance;
            Assert.Equal(a == b, comparer.Compare(a, b) == 0);
            Assert.Equal(Math.Sign(comparer.Compare(a, b)), -Math.Sign(comparer.Compare(b, a)));
            if (comparer.Compare(a, b) <= 0 && comparer.Compare(b, c) <= 0)
            {
                Assert.True(comparer.Compare(a, c) <= 0);
            }
        });
    }

    [Fact]
    public void Any_text_is_a_name_or_a_typed_error() => Gen.String.Sample(text =>
    {
        Assert.NotEqual(UnitName.TryParse(text, out var name, out var error), name is null);
        Assert.NotEqual(name is null, error is null);
        Assert.Equal(text, name?.FullName ?? text);
    });
}
