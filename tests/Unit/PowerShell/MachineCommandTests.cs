using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class MachineCommandTests
{
    [Fact]
    public void Piped_machines_are_suspended_and_resumed_by_one_plan()
    {
        using var test = new TestCluster();
        test.StartAgent("m1", works: false);
        test.StartAgent("m2", works: false);

        var steps = test.Run("Get-HaMachine | Suspend-HaMachine -WhatIf -PassThru").All<HaPlanStep>();
        Assert.Equal(["m1", "m2"], steps.Select(step => step.Target));
        Assert.Empty(test.Read().Cordons.Entries);

        var suspended = test.Run("Get-HaMachine | Suspend-HaMachine -Reason 'new disks' -PassThru").All<HaMachine>();
        Assert.All(suspended, machine => Assert.Equal((true, false, "new disks"), (machine.Cordoned, machine.Draining, machine.Reason)));
        Assert.All(test.Run("Resume-HaMachine m* -PassThru").All<HaMachine>(), machine => Assert.False(machine.Cordoned));
    }

    [Fact]
    public void Machines_go_by_id_and_name_and_a_name_that_none_has_is_an_error()
    {
        using var test = new TestCluster();
        test.StartAgent("m1", works: false);

        Assert.Equal("m1", test.Run("Suspend-HaMachine -Name m1.example -PassThru").Single<HaMachine>().Id);
        var error = test.Run("Suspend-HaMachine m9").Error;
        Assert.Equal(("MachineNotFound", "m9", ErrorCategory.ObjectNotFound), (ShellResult.IdOf(error), error.TargetObject, error.CategoryInfo.Category));
        Assert.Empty(test.Run("Suspend-HaMachine x*").ErrorIds);
    }

    [Fact]
    public void A_drain_without_units_has_ended_at_once()
    {
        using var test = new TestCluster();
        test.StartAgent("m1", works: false);

        var machine = test.Run("Suspend-HaMachine m1 -Drain -TimeoutSec 20 -PassThru").Single<HaMachine>();

        Assert.True(machine.Draining);
    }

    [Fact]
    public void A_drain_ends_with_what_cannot_leave_and_why()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit 'web@{1,2}' -TimeoutSec 20");

        var error = test.Run("Suspend-HaMachine m1 -Drain -TimeoutSec 20").Error;

        Assert.Equal(("DrainIncomplete", "m1"), (ShellResult.IdOf(error), error.TargetObject));
        Assert.Contains("web@2.service: no other machine takes it", error.ToString());
        Assert.True(test.Run("Get-HaMachine").Single<HaMachine>().Draining);
    }

    [Fact]
    public void A_drain_that_nobody_carries_out_times_out_or_is_not_waited_for()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit 'web@{1,2}' -TimeoutSec 20");
        test.StartAgent("m2", works: false);

        Assert.Equal(["Timeout"], test.Run("Suspend-HaMachine m1 -Drain -TimeoutSec 1").ErrorIds);
        Assert.Empty(test.Run("Suspend-HaMachine m1 -Drain -NoWait").ErrorIds);
    }

    [Fact]
    public void The_machine_of_the_last_healthy_backend_is_drained_by_force_only()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit web@1 -TimeoutSec 20");

        Assert.Equal(["LastHealthyBackend"], test.Run("Suspend-HaMachine m1 -Drain -TimeoutSec 20").ErrorIds);
        Assert.Empty(test.Run("Suspend-HaMachine m1 -Drain -Force -NoWait").ErrorIds);
    }

    [Fact]
    public void Metadata_is_set_and_removed_and_shown()
    {
        using var test = new TestCluster();
        test.StartAgent("m1", works: false);
        test.Run("Set-HaMachine m1 -Metadata @{ zone = 'a'; disk = 'ssd' }");

        var machine = test.Run("Get-HaMachine | Set-HaMachine -Metadata @{ zone = 'b' } -RemoveMetadata disk -PassThru").Single<HaMachine>();

        Assert.Equal(["zone=b"], machine.Metadata.Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal(["MetadataInvalid"], test.Run("Set-HaMachine m1 -Metadata @{ 'a b' = 1 }").ErrorIds);
    }

    [Fact]
    public void A_lost_machine_is_removed_and_a_live_one_is_not()
    {
        using var test = new TestCluster();
        var agent = test.StartAgent("m1", works: false);
        Assert.Equal(["MachineAlive"], test.Run("Remove-HaMachine m1").ErrorIds);

        test.RevokeLease(agent.Lease);
        Assert.Empty(test.Run("Get-HaMachine | Where-Object State -eq lost | Remove-HaMachine").ErrorIds);
        Assert.Empty(test.Run("Get-HaMachine").All<HaMachine>());
    }

    [Fact]
    public void Watching_tells_a_cordon_a_loss_and_a_removal()
    {
        using var test = new TestCluster();
        var agent = test.StartAgent("m1", works: false);
        using var watching = test.Shell.Create("Watch-HaMachine 'm*' | ForEach-Object { \"$($_.State)/$($_.Cordoned)\" } | Select-TestFirst 4");
        using var operating = new TestShell();
        var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, added) =>
        {
            switch (added.Index)
            {
                case 0:
                    operating.Run("Suspend-HaMachine m1 -Cluster $args[0]", test.Cluster);
                    break;
                case 1:
                    test.RevokeLease(agent.Lease);
                    break;
                case 2:
                    operating.Run("Remove-HaMachine m1 -Cluster $args[0]", test.Cluster);
                    break;
            }
        };

        watching.Invoke(null, output);

        Assert.Equal(["alive/False", "alive/True", "lost/True", "removed/False"], output.Select(one => one.ToString()));
    }

    [Fact]
    public void A_hold_is_ended_and_where_there_is_none_that_is_an_error()
    {
        using var test = new TestCluster();
        var agent = test.StartAgent("m1", works: false);
        Assert.Equal(["NothingHeld"], test.Run("Resume-HaCluster").ErrorIds);
        test.Put(new StoreWrite.Put(
            test.Cluster.Client.Keys.Engine,
            RecordCodec.Write(new EngineRecord { Machine = "m1", Lease = agent.Lease, Holding = "2 machines vanished together", HoldingMachines = ["m2", "m3"] }),
            agent.Lease));

        Assert.Contains("m2, m3", test.Run("Resume-HaCluster -WhatIf -PassThru").Single<HaPlanStep>().Reason);
        Assert.Equal(["Timeout"], test.Run("Resume-HaCluster -TimeoutSec 1").ErrorIds);
        Assert.Equal(["m2", "m3"], test.Read().Resume!.Value.Machines);
    }

    [Fact]
    public void A_move_is_stored_and_a_machine_that_refuses_says_why()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit 'web@{1,2}' -TimeoutSec 20");
        test.StartAgent("m2", works: false);

        Assert.Contains("m2.example", test.Run("Get-HaUnit web@1 | Move-HaUnit -To m2.example -WhatIf -PassThru").Single<HaPlanStep>().Reason);
        Assert.Equal(["MachineNotFound"], test.Run("Move-HaUnit web@1 -To m9").ErrorIds);
        Assert.Equal(["Timeout"], test.Run("Move-HaUnit web@1 -To m2 -TimeoutSec 1").ErrorIds);
        Assert.Equal((1, "m2"), (test.Read().Units["web@1.service"]!.Value.Move, test.Read().Units["web@1.service"]!.Value.MoveTo));

        test.Run("Suspend-HaMachine m2");
        var error = test.Run("Move-HaUnit web@2 -To m2").Error;
        Assert.Equal("MachineRefuses", ShellResult.IdOf(error));
        Assert.Contains("it is cordoned", error.ToString());
    }

    [Fact]
    public void What_a_unit_violates_is_shown()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit web@1 -TimeoutSec 20");
        Assert.Equal("", test.Run("Get-HaUnit").Single<HaUnit>().Violates);

        test.Run("Suspend-HaMachine m1");

        Assert.Equal("it is cordoned", test.Run("Get-HaUnit").Single<HaUnit>().Violates);
    }
}
