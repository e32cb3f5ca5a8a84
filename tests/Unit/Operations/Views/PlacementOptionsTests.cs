using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Unit.Operations.Views;

public sealed class PlacementOptionsTests
{
    private readonly TestCluster _cluster = new();

    public PlacementOptionsTests()
    {
        _cluster.Serve("1", "A");
        _cluster.AddMachine("B");
        _cluster.AddMachine("C");
        _cluster.Apply(new CordonMachines(["C"]));
    }

    [Fact]
    public void Every_machine_answers_for_a_placed_unit_and_its_own_is_chosen()
    {
        var options = Of("nginx@1.service");

        Assert.Equal(["A/True/", "B/True/", "C/False/it is cordoned"], options.Select(option => $"{option.Machine}/{option.Takes}/{option.Reason}"));
        Assert.Equal(("Cordon", "host-C"), (options[2].Rule, options[2].MachineName));
        Assert.All(options, option => Assert.Equal("A", option.Chosen));
    }

    [Fact]
    public void An_instance_that_is_not_stored_is_answered_by_its_template()
    {
        var options = Of("nginx@9.service");

        Assert.Equal(["A/False/port 80/tcp is taken by nginx@1.service", "B/True/", "C/False/it is cordoned"], options.Select(option => $"{option.Machine}/{option.Takes}/{option.Reason}"));
        Assert.All(options, option => Assert.Equal("B", option.Chosen));
    }

    [Fact]
    public void Where_none_takes_it_none_is_chosen()
    {
        _cluster.Apply(new CordonMachines(["B"]));

        Assert.All(Of("nginx@9.service"), option => Assert.Null(option.Chosen));
    }

    [Fact]
    public void A_global_unit_has_every_machine_that_takes_it()
    {
        _cluster.Import("edge.service", TestCluster.Plain + "[X-Fleet]\nGlobal=true\n");

        Assert.Equal(["A", "B", null], Of("edge.service").Select(option => option.Chosen));
    }

    [Theory]
    [InlineData("nginx@.service", "TemplateNeverRuns")]
    [InlineData("none.service", "UnitNotFound")]
    [InlineData("none@1.service", "UnitNotFound")]
    [InlineData("no name", "UnitNameInvalid")]
    public void What_cannot_be_placed_says_why(string unit, string id)
    {
        Assert.Empty(new PlacementOptions(_cluster.State, TestCluster.Now).Of(unit, out var refusal));
        Assert.Equal(id, refusal?.Id);
    }

    [Fact]
    public void A_unit_without_its_file_says_so()
    {
        _cluster.Delete(TestCluster.Keys.File(_cluster.Unit("nginx@1.service")!.Hash));

        Assert.Empty(new PlacementOptions(_cluster.State, TestCluster.Now).Of("nginx@1.service", out var refusal));
        Assert.Equal(("UnitFileMissing", RefusalKind.Conflict), (refusal?.Id, refusal?.Kind));
    }

    private IReadOnlyList<PlacementOption> Of(string unit)
    {
        var options = new PlacementOptions(_cluster.State, TestCluster.Now).Of(unit, out var refusal);
        Assert.Null(refusal);
        return options;
    }
}
