using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class PlacementCommandTests
{
    [Fact]
    public void Every_machine_answers_also_for_an_instance_that_is_not_stored_yet()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent("m1");
        test.Run("Start-HaUnit web@1 -TimeoutSec 20");
        test.StartAgent("m2", works: false);

        var answers = test.Run("Get-HaPlacement 'web@{1,2}'").All<HaPlacement>();

        Assert.Equal(
            ["web@1.service/m1/True/m1", "web@1.service/m2/True/m1", "web@2.service/m1/False/m2", "web@2.service/m2/True/m2"],
            answers.Select(answer => $"{answer.Unit}/{answer.Machine}/{answer.Takes}/{answer.Chosen}"));
        Assert.Equal(("Port", "port 80/tcp is taken by web@1.service"), (answers[2].Rule, answers[2].Reason));
        Assert.Equal(2, test.Run("Get-HaUnit | Get-HaPlacement").All<HaPlacement>().Count);
        Assert.Equal(2, test.Run("Get-HaPlacement").All<HaPlacement>().Count);
    }

    [Fact]
    public void A_unit_that_nobody_knows_is_an_error_and_a_wildcard_without_a_match_is_silence()
    {
        using var test = new TestCluster();

        Assert.Equal(["UnitNotFound"], test.Run("Get-HaPlacement nope").ErrorIds);
        Assert.Empty(test.Run("Get-HaPlacement 'nope*'").All<HaPlacement>());
    }

    [Fact]
    public void What_if_says_where_a_unit_would_be()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent("m1", works: false);

        var step = test.Run("Start-HaUnit web@1 -WhatIf -PassThru").Single<HaPlanStep>();

        Assert.Equal((null, "m1"), (step.From, step.To));
        Assert.EndsWith("made from web@.service; would be placed on m1.example", step.Reason);
    }

    [Fact]
    public void A_rebalance_is_shown_before_it_is_asked_for()
    {
        using var test = new TestCluster();
        test.Run("Import-HaUnit -Name plain@ -Content $args[0]", "[Service]\nExecStart=/usr/bin/docker run --rm --name plain%i busybox");
        test.StartAgent("m1");
        test.Run("Start-HaUnit 'plain@{1..4}' -TimeoutSec 20");
        Assert.Empty(test.Run("Optimize-HaPlacement").ErrorIds);
        test.StartAgent("m2", works: false);

        var steps = test.Run("Optimize-HaPlacement -WhatIf -PassThru").All<HaPlanStep>();
        Assert.Equal(["plain@1.service m1 m2", "plain@2.service m1 m2"], steps.Select(step => $"{step.Target} {step.From} {step.To}"));

        Assert.Single(test.Run("Optimize-HaPlacement -MaxMoves 1 -NoWait -PassThru").All<HaUnit>());
        Assert.Equal((1, "m2"), (test.Read().Units["plain@1.service"]!.Value.Move, test.Read().Units["plain@1.service"]!.Value.MoveTo));
        Assert.Equal(0, test.Read().Units["plain@2.service"]!.Value.Move);
    }
}
