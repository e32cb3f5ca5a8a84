using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>What operators do with machines and places, to its end on a simulated cluster.</summary>
public sealed class PlacementRehearsalTests : IDisposable
{
    private readonly TestShell _shell = new();

    public PlacementRehearsalTests()
    {
        _shell.Run("Connect-HaCluster -Simulated -Machine @{ Id = 'A' }, @{ Id = 'B' }, @{ Id = 'C' }");
        _shell.Run("Import-HaUnit -Name web@ -Content $args[0]", TestCluster.WebFile);
        _shell.Run("Import-HaUnit -Name plain@ -Content $args[0]", "[Service]\nExecStart=/usr/bin/docker run --rm --name plain%i busybox");
    }

    public void Dispose()
    {
        _shell.Run("Disconnect-HaCluster");
        _shell.Dispose();
    }

    [Fact]
    public void A_drained_machine_is_empty_and_stays_so_until_it_is_resumed()
    {
        Done("Start-HaUnit 'web@{1,2}'");
        Done("Start-HaUnit 'plain@{1..4}'");
        Assert.Equal(2, Units("A"));

        var step = _shell.Run("Suspend-HaMachine A -Drain -WhatIf -PassThru | Where-Object Action -eq Move").All<HaPlanStep>();
        Done("Suspend-HaMachine A -Drain");

        Assert.Equal(0, Units("A"));
        Assert.All(step, move => Assert.Equal(move.To, Unit(move.Target).Machine));
        Done("Start-HaUnit plain@5");
        Assert.Equal(0, Units("A"));
        Done("Resume-HaMachine A");
        Done("Start-HaUnit plain@6");
        Assert.Equal("A", Unit("plain@6").Machine);
    }

    [Fact]
    public void A_drain_ends_with_the_reason_of_what_has_nowhere_to_go()
    {
        Done("Start-HaUnit 'web@{1,2,3}'");

        var error = _shell.Run("Suspend-HaMachine A -Drain").Error;

        Assert.Equal("DrainIncomplete", ShellResult.IdOf(error));
        Assert.Contains("web@1.service: no other machine takes it: B: port 80/tcp is taken by web@2.service", error.ToString());
        Assert.Equal("A", Unit("web@1").Machine);
        Assert.Equal("it is cordoned", Unit("web@1").Violates);
    }

    [Fact]
    public void A_plan_names_the_machines_of_a_move_once()
    {
        Done("Start-HaUnit 'web@{1,2}'");

        var step = _shell.Run("Move-HaUnit web@1 -To C -WhatIf -PassThru").Single<HaPlanStep>();

        Assert.Equal(("from A to C", "A", "C"), (step.Reason, step.From, step.To));
    }

    [Fact]
    public void A_moved_unit_serves_where_it_was_sent()
    {
        Done("Start-HaUnit 'web@{1,2}'");

        var moved = _shell.Run("Get-HaUnit web@1 | Move-HaUnit -To C -PassThru").Single<HaUnit>();

        Assert.Equal(("C", "active", true), (moved.Machine, moved.Active, moved.Backend is not null));
        Assert.Equal("A", _shell.Run("Move-HaUnit web@1 -PassThru").Single<HaUnit>().Machine);
    }

    [Fact]
    public void A_rebalance_evens_out_what_a_drain_has_left()
    {
        Done("Start-HaUnit 'plain@{1..6}'");
        Done("Suspend-HaMachine A -Drain");
        Done("Resume-HaMachine A");
        Assert.Equal((0, 3, 3), (Units("A"), Units("B"), Units("C")));

        Assert.Equal(2, _shell.Run("Optimize-HaPlacement -PassThru").All<HaUnit>().Count);

        Assert.Equal((2, 2, 2), (Units("A"), Units("B"), Units("C")));
        Assert.Empty(_shell.Run("Optimize-HaPlacement -PassThru").All<HaUnit>());
    }

    [Fact]
    public void Units_of_a_removed_machine_are_placed_elsewhere_and_a_hold_ends_by_an_operators_word()
    {
        Done("Start-HaUnit 'plain@{1..3}'");
        _shell.Run("Invoke-HaFault -Kind PowerLoss -Machine B, C");
        Assert.NotNull(_shell.Run("Get-HaCluster").Single<HaClusterInfo>().Holding);
        Assert.Equal(1, Units("A"));

        Assert.Null(_shell.Run("Resume-HaCluster -PassThru").Single<HaClusterInfo>().Holding);

        Assert.Equal(3, Units("A"));
        Done("Get-HaMachine | Where-Object State -eq lost | Remove-HaMachine");
        Assert.Equal("A", _shell.Run("Get-HaMachine").Single<HaMachine>().Id);
    }

    private void Done(string script) => Assert.Empty(_shell.Run(script).ErrorIds);

    private HaUnit Unit(string name) => _shell.Run($"Get-HaUnit {name}").Single<HaUnit>();

    private int Units(string machine) => _shell.Run($"Get-HaMachine {machine}").Single<HaMachine>().Units;
}
