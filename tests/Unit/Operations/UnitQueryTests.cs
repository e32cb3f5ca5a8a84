using System.Text.RegularExpressions;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class UnitQueryTests
{
    private readonly TestCluster _cluster = new();

    public UnitQueryTests()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Import("db.service", TestCluster.Plain);
        _cluster.Apply(new StartUnits(["nginx@10.service", "nginx@9.service", "nginx@1.service"]));
    }

    public static TheoryData<string[], string[]> Found => new()
    {
        { ["db"], ["db.service"] },
        { ["units/db.service", "db"], ["db.service"] },
        { ["nginx@*"], ["nginx@1.service", "nginx@9.service", "nginx@10.service"] },
        { ["nginx@{9,1}.service"], ["nginx@9.service", "nginx@1.service"] },
        { ["nginx@{8..10..2}", "*"], ["nginx@10.service", "db.service", "nginx@1.service", "nginx@9.service"] },
        { ["none*"], [] },
        { ["nginx@?"], ["nginx@1.service", "nginx@9.service"] },
    };

    [Theory]
    [MemberData(nameof(Found))]
    public void Names_ranges_and_wildcards_are_found(string[] typed, string[] expected)
    {
        var names = new UnitQuery(typed).Resolve(_cluster.State, out var refusals);

        Assert.Equal(expected, names);
        Assert.DoesNotContain(refusals, refusal => refusal.Target != "nginx@8.service");
    }

    [Theory]
    [InlineData("Nginx@1", "Did you mean nginx@1.service?")]
    [InlineData("ngnix@9", "Did you mean nginx@9.service?")]
    [InlineData("nginx@1.servce", "Did you mean nginx@1.service?")]
    [InlineData("DB", "Did you mean db.service?")]
    [InlineData("ab", null)]
    [InlineData("nginx@8", null)]
    [InlineData("nginx@8.servce", null)]
    [InlineData("other", null)]
    public void A_name_that_is_nearly_one_is_asked_about(string typed, string? question)
    {
        new UnitQuery([typed]).Resolve(_cluster.State, out var refusals);

        Assert.Equal(question, Question(Assert.Single(refusals)));
    }

    [Theory]
    [InlineData("ngnix@8.service", "Did you mean nginx@8.service?")]
    [InlineData("Nginx@1.service", "Did you mean nginx@1.service?")]
    [InlineData("dc@8.service", null)]
    public void An_instance_to_start_is_asked_about_by_its_template(string typed, string? question) =>
        Assert.Equal(question, Question(Assert.Single(_cluster.Plan(new StartUnits([typed])).Refusals)));

    private static string? Question(OperationRefusal refusal) =>
        Regex.Match(refusal.Message, @"Did you mean \S+\?") is { Success: true, Value: var question } ? question : null;

    [Theory]
    [InlineData("none", "UnitNotFound")]
    [InlineData("DB", "UnitNotFound")]
    [InlineData("a{1", "UnitNameInvalid")]
    [InlineData("a b", "UnitNameInvalid")]
    [InlineData("[a", "UnitNameInvalid")]
    public void A_literal_name_that_means_nothing_is_refused(string typed, string id)
    {
        Assert.Empty(new UnitQuery([typed]).Resolve(_cluster.State, out var refusals));
        Assert.Equal(id, Assert.Single(refusals).Id);
    }

    [Theory]
    [InlineData("8..10", "8", "9", "10")]
    [InlineData("{1,3}", "1", "3")]
    [InlineData("{1..2}-a", "1-a", "2-a")]
    [InlineData("a..", "a..")]
    [InlineData("1.2", "1.2")]
    public void A_range_of_instances_is_expanded_with_braces_and_without(string typed, params string[] instances) =>
        Assert.Equal(
            instances.Select(instance => $"nginx@{instance}.service"),
            new UnitQuery(["nginx@"]) { Instances = [typed], Scope = UnitScope.Startable }.Resolve(_cluster.State, out _));

    [Fact]
    public void Braces_of_instances_that_are_malformed_are_refused()
    {
        Assert.Empty(new UnitQuery(["nginx@"]) { Instances = ["{1,2"], Scope = UnitScope.Startable }.Resolve(_cluster.State, out var refusals));
        Assert.Equal(("UnitNameInvalid", "{1,2"), (Assert.Single(refusals).Id, refusals[0].Target));
    }

    [Fact]
    public void Instances_of_a_template_need_not_be_stored_to_be_started()
    {
        var query = new UnitQuery(["nginx@"]) { Instances = ["1", "2"], Scope = UnitScope.Startable };

        Assert.Equal(["nginx@1.service", "nginx@2.service"], query.Resolve(_cluster.State, out var refusals));
        Assert.Empty(refusals);
        Assert.Equal(["nginx@1.service"], (query with { Scope = UnitScope.Units }).Resolve(_cluster.State, out refusals));
        Assert.Equal("nginx@2.service", Assert.Single(refusals).Target);
    }

    [Fact]
    public void Instances_of_what_is_no_template_are_refused()
    {
        Assert.Empty(new UnitQuery(["db"]) { Instances = ["1"] }.Resolve(_cluster.State, out var refusals));
        Assert.Equal("NotATemplate", Assert.Single(refusals).Id);
    }

    [Fact]
    public void Wildcards_match_templates_only_where_they_are_asked_for()
    {
        Assert.Equal(["nginx@.service"], new UnitQuery(["*"]) { Scope = UnitScope.Templates }.Resolve(_cluster.State, out _));
        Assert.Equal(5, new UnitQuery(["*"]) { Scope = UnitScope.Files }.Resolve(_cluster.State, out _).Count);
        Assert.Empty(new UnitQuery(["db"]) { Scope = UnitScope.Templates }.Resolve(_cluster.State, out var refusals));
        Assert.Single(refusals);
    }
}
