using System.Diagnostics;
using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class UnitCommandTests
{
    [Fact]
    public void Started_instances_are_waited_for_and_shown()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();

        var units = test.Run("Start-HaUnit web@ -Instance (1..3) -TimeoutSec 20 -PassThru").All<HaUnit>();

        Assert.Equal(["web@1.service", "web@2.service", "web@3.service"], units.Select(unit => unit.Name));
        Assert.All(units, unit => Assert.Equal(("launched", "m1", "active", true), (unit.Desired, unit.Machine, unit.Active, unit.Healthy)));
        Assert.Equal(2, test.Run("Get-HaUnit 'web@{1,3}'").All<HaUnit>().Count);
    }

    [Fact]
    public void Without_an_engine_a_start_says_so_at_once_and_stays_asked_for()
    {
        using var test = new TestCluster();
        test.ImportWeb();

        var watch = Stopwatch.StartNew();
        var error = test.Run("Start-HaUnit 'web@{1,2}'").Error;

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        Assert.Equal("NoEngine", ShellResult.IdOf(error));
        Assert.Equal("web@1.service", error.TargetObject);
        Assert.Equal(["launched", "launched"], test.Run("Get-HaUnit").All<HaUnit>().Select(unit => unit.Desired));
    }

    [Fact]
    public void Without_an_engine_a_start_that_does_not_wait_warns()
    {
        using var test = new TestCluster();
        test.ImportWeb();

        var result = test.Run("Start-HaUnit web@1 -NoWait");

        Assert.Empty(result.ErrorIds);
        Assert.Contains("Start-HaAgent", Assert.Single(result.Warnings));
    }

    [Fact]
    public void A_unit_that_no_machine_takes_times_out_with_the_reason_of_each_machine()
    {
        using var test = new TestCluster();
        test.StartAgent(works: false);
        var file = TestCluster.WebFile + "\n[X-Fleet]\nMachineMetadata=zone=a";
        test.Run("Import-HaUnit -Name web@ -Content $args[0]", file);

        var error = test.Run("Start-HaUnit web@1 -TimeoutSec 1").Error;

        Assert.Equal("Timeout", ShellResult.IdOf(error));
        Assert.Equal(ErrorCategory.OperationTimeout, error.CategoryInfo.Category);
        Assert.Equal("web@1.service", error.TargetObject);
        Assert.Contains("m1.example", error.ToString());
        Assert.Contains("zone", test.Run("Get-HaUnit web@1").Single<HaUnit>().Reason);
    }

    [Fact]
    public void A_unit_that_fails_ends_the_waiting_with_its_exit_code_and_last_words()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent().Outcome = "failed";

        var error = test.Run("Start-HaUnit web@1 -TimeoutSec 20").Error;

        Assert.Equal("UnitFailed", ShellResult.IdOf(error));
        Assert.Contains("7", error.ToString());
        Assert.Contains("no such file", error.ToString());
    }

    [Fact]
    public void A_name_that_does_not_exist_is_an_error_and_the_others_are_still_done()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();

        var result = test.Run("Start-HaUnit web@1, nope@1 -TimeoutSec 20 -PassThru");

        Assert.Equal(["UnitNotFound"], result.ErrorIds);
        Assert.Equal("nope@1.service", result.Error.TargetObject);
        Assert.Equal("web@1.service", ((HaUnit)Assert.Single(result.Output)).Name);
        Assert.Equal(["UnitNotFound"], test.Run("Get-HaUnit nope").ErrorIds);
    }

    [Theory]
    [InlineData("Get-HaUnit")]
    [InlineData("Stop-HaUnit")]
    [InlineData("Restart-HaUnit")]
    [InlineData("Remove-HaUnit")]
    [InlineData("Wait-HaUnit")]
    [InlineData("Get-HaUnitFile")]
    public void A_wildcard_that_matches_nothing_is_silence(string command)
    {
        using var test = new TestCluster();

        var result = test.Run($"{command} 'nope*'");

        Assert.Empty(result.ErrorIds);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Unquoted_braces_fail_instead_of_acting_on_the_template()
    {
        using var test = new TestCluster();
        test.ImportWeb();

        Assert.Equal(["PositionalParameterNotFound"], test.Run("Start-HaUnit web@{1,2}.service").ErrorIds);
        Assert.Equal(["TemplateNotStartable"], test.Run("Start-HaUnit web@").ErrorIds);
        Assert.Empty(test.Run("Get-HaUnit").All<HaUnit>());
    }

    [Fact]
    public void WhatIf_makes_one_plan_of_all_that_is_piped_in_and_changes_nothing()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit 'web@{1,2,3}' -TimeoutSec 20");

        var steps = test.Run("Get-HaUnit web@* | Where-Object Active -eq active | Restart-HaUnit -Force -WhatIf -PassThru").All<HaPlanStep>();

        Assert.Equal(["web@1.service", "web@2.service", "web@3.service"], steps.Select(step => step.Target));
        Assert.All(steps, step => Assert.NotEmpty(step.Reason));
        Assert.All(test.Read().Units.Entries, unit => Assert.Equal(0, unit.Value.Value.Restart));
    }

    [Fact]
    public void The_last_healthy_backend_is_taken_by_force_only()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit web@1 -TimeoutSec 20");

        var error = test.Run("Stop-HaUnit web@1 -TimeoutSec 20").Error;
        var stopped = test.Run("Stop-HaUnit web@1 -Force -TimeoutSec 20 -PassThru").Single<HaUnit>();

        Assert.Equal("LastHealthyBackend", ShellResult.IdOf(error));
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction);
        Assert.Equal(("loaded", "m1", "inactive"), (stopped.Desired, stopped.Machine, stopped.Active));
    }

    [Fact]
    public void Unloading_and_removing_leave_nothing_behind()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit 'web@{1,2}' -TimeoutSec 20");

        var unloaded = test.Run("Stop-HaUnit web@1 -Unload -TimeoutSec 20 -PassThru").Single<HaUnit>();
        var removed = test.Run("Get-HaUnit | Remove-HaUnit -Force -TimeoutSec 20");

        Assert.Equal(("inactive", null), (unloaded.Desired, unloaded.Machine));
        Assert.Empty(removed.ErrorIds);
        Assert.Empty(test.Run("Get-HaUnit").All<HaUnit>());
        Assert.Empty(test.Read().Placements.Entries);
    }

    [Fact]
    public void A_restart_waits_for_the_new_run()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit 'web@{1,2}' -TimeoutSec 20");

        Assert.Empty(test.Run("Restart-HaUnit web@1 -TimeoutSec 20").ErrorIds);

        Assert.Equal((1, 1), (test.Read().Units["web@1.service"]!.Value.Restart, test.Read().Status["m1", "web@1.service"]!.Value.Restart));
        Assert.Equal(0, test.Read().Units["web@2.service"]!.Value.Restart);
    }

    [Fact]
    public void Piped_units_act_on_the_cluster_that_they_are_from()
    {
        using var test = new TestCluster();
        using var other = new TestCluster();
        other.ImportWeb();
        other.StartAgent();
        other.Run("Start-HaUnit web@1 -TimeoutSec 20");

        var result = test.Run("Get-HaUnit -Cluster $args[0] | Stop-HaUnit -Force -TimeoutSec 20 -PassThru", other.Cluster);

        Assert.Same(other.Cluster, result.Single<HaUnit>().Cluster);
    }

    [Fact]
    public void Watching_gives_what_is_there_and_ends_when_no_more_is_wanted()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.Run("Start-HaUnit 'web@{1,2,3}' -NoWait");

        var units = test.Run("Watch-HaUnit | Select-TestFirst 3").All<HaUnit>();

        Assert.Equal(["web@1.service", "web@2.service", "web@3.service"], units.Select(unit => unit.Name));
    }

    [Fact]
    public void Watching_tells_changes_and_a_removal_once()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.Run("Start-HaUnit web@1 -NoWait");
        using var watching = test.Shell.Create("Watch-HaUnit 'web@*' | ForEach-Object { \"$($_.Desired)/$($_.Load)\" } | Select-TestFirst 3");
        using var operating = new TestShell();
        var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, added) =>
        {
            var script = added.Index == 0 ? "Stop-HaUnit web@1 -Unload -NoWait -Cluster $args[0]" : "Remove-HaUnit web@1 -NoWait -Cluster $args[0]";
            if (added.Index < 2)
            {
                operating.Run(script, test.Cluster);
            }
        };

        watching.Invoke(null, output);

        Assert.Equal(["launched/unloaded", "inactive/unloaded", "/not-found"], output.Select(one => one.ToString()));
    }

    [Theory]
    [InlineData("Watch-HaUnit")]
    [InlineData("Watch-HaBackends website")]
    [InlineData("Start-HaUnit web@2")]
    [InlineData("Wait-HaUnit web@1")]
    public async Task Waiting_and_watching_end_within_a_second_when_stopped(string script)
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent(works: false);
        test.Run("Start-HaUnit web@1 -NoWait");
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var command = test.Shell.Create(script);
        using var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, _) => running.TrySetResult();
        command.Streams.Progress.DataAdded += (_, _) => running.TrySetResult();
        var invocation = command.BeginInvoke<PSObject, PSObject>(null, output);
        await running.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        var watch = Stopwatch.StartNew();
        command.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"Stopping took {watch.Elapsed}.");
        Assert.True(invocation.IsCompleted);
    }

    [Fact]
    public void Waiting_returns_when_others_have_done_it()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.StartAgent();
        test.Run("Start-HaUnit web@1 -NoWait");

        Assert.Empty(test.Run("Wait-HaUnit web@1 -For Healthy -TimeoutSec 20").ErrorIds);
        Assert.Empty(test.Run("Wait-HaUnit web@9 -For Removed -TimeoutSec 20").ErrorIds);
    }

    [Fact]
    public void A_global_unit_is_healthy_when_it_is_on_the_machines_that_are_there()
    {
        using var test = new TestCluster();
        var keys = test.Read().Keys;
        var lease = test.GrantLease();
        test.Put(
            new StoreWrite.Put(keys.Machine("m1"), RecordCodec.Write(new MachineRecord { Id = "m1", Name = "m1", Address = "10.0.0.1" })),
            new StoreWrite.Put(keys.Alive("m1"), RecordCodec.Write(new SessionRecord { BootId = "boot", Lease = lease }), lease),
            new StoreWrite.Put(keys.Unit("all.service"), RecordCodec.Write(new UnitRecord { Hash = "0", Desired = DesiredState.Launched })));
        var placement = RecordCodec.Write(new PlacementRecord { Hash = "0", Desired = DesiredState.Launched, State = PlacementState.Run });
        var placed = test.Put(new StoreWrite.Put(keys.Placement("gone", "all.service"), placement), new StoreWrite.Put(keys.Placement("m1", "all.service"), placement));
        var status = new StatusRecord { Active = "active", Sub = "running", Hash = "0", Generation = placed };
        test.Put(new StoreWrite.Put(keys.Status("m1", "all.service"), RecordCodec.Write(status), lease));
        Assert.Equal(["Timeout"], test.Run("Wait-HaUnit all -For Healthy -TimeoutSec 1").ErrorIds);

        test.Put(new StoreWrite.Put(keys.Status("m1", "all.service"), RecordCodec.Write(status with { Healthy = true }), lease));
        Assert.Empty(test.Run("Wait-HaUnit all -For Healthy -TimeoutSec 5").ErrorIds);
    }

    [Theory]
    [InlineData("Get-HaUnitLog web@1")]
    [InlineData("Invoke-HaUnit web@1 -Command true")]
    public void A_unit_without_a_container_says_why_it_has_none(string script)
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.Run("Start-HaUnit web@1 -NoWait");

        var error = test.Run(script).Error;

        Assert.Equal("UnitHasNoContainer", ShellResult.IdOf(error));
        Assert.Equal("web@1.service", error.TargetObject);
        Assert.Contains("Start-HaAgent", error.ToString());
    }
}
