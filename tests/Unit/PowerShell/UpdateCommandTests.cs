using System.Management.Automation;
using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>Update-HaUnit on a simulated cluster, and the parts of it that need a real store.</summary>
public sealed class UpdateCommandTests
{
    private const string Setup = """
        $null = Connect-HaCluster -Simulated -MachineCount 4
        Import-HaUnit -Name web@ -Content "[Service]`nRestart=always`nExecStart=/usr/bin/docker run --name web%i -p 80:80 nginx:1`n[X-HaWeb]`nService=website`nHealthCheck=http://:80/"
        Start-HaUnit 'web@{1..3}'
        """;

    [Fact]
    public void An_image_is_rolled_over_all_instances_and_the_outcome_is_put_out()
    {
        using var shell = Shell();

        var update = shell.Run("Update-HaUnit web@ -Image nginx:2 -MaxUnavailable 2").Single<HaUpdate>();

        Assert.Equal(("web@.service", "done", 3, 3), (update.Name, update.State, update.Done, update.Total));
        Assert.Equal("web@.service done, 3 of 3 done", update.ToString());
        Assert.Contains("nginx:2", shell.Run("(Get-HaUnitFile web@1).Content").Single<string>(), StringComparison.Ordinal);
        Assert.All(shell.Run("Get-HaUnit").All<HaUnit>(), unit => Assert.Equal((update.To, true, false), (unit.Hash, unit.Healthy!.Value, unit.TemplateDrift)));
    }

    [Fact]
    public void Canaries_are_followed_to_the_pause_and_the_rest_after_it()
    {
        using var shell = Shell();

        var paused = shell.Run("Update-HaUnit web@ -Image nginx:2 -Canary 1 -Pause");
        Assert.Empty(paused.Warnings);
        Assert.Equal(("paused", 1), (paused.Single<HaUpdate>().State, paused.Single<HaUpdate>().Done));
        Assert.Equal(["web@1.service"], shell.Run("Get-HaUnit").All<HaUnit>().Where(unit => unit.TemplateDrift).Select(unit => unit.Name));

        var followed = shell.Run("Update-HaUnit web@");
        Assert.Contains("-Resume' lets it go on", Assert.Single(followed.Warnings));
        Assert.Equal("done", shell.Run("Update-HaUnit web@ -Resume").Single<HaUpdate>().State);
        Assert.Equal("done", shell.Run("Update-HaUnit web@").Single<HaUpdate>().State);
    }

    [Fact]
    public void A_failed_update_is_an_error_with_the_reason_and_all_is_as_before()
    {
        using var shell = Shell();

        var failed = shell.Run("Invoke-HaFault ImageMissing -Image nginx:2; Update-HaUnit web@ -Image nginx:2");

        Assert.Equal(["UpdateRolledBack"], failed.ErrorIds);
        Assert.Contains("web@1.service failed on sim-1: activating/auto-restart", failed.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal("rolled-back", Assert.IsType<HaUpdate>(Assert.Single(failed.Output)).State);
        Assert.All(shell.Run("Get-HaUnit").All<HaUnit>(), unit => Assert.True(unit is { Healthy: true, TemplateDrift: false }));
        Assert.Equal(["NoUpdate"], shell.Run("Update-HaUnit web@ -Resume").ErrorIds);
    }

    [Fact]
    public void It_is_taken_back_in_the_middle_and_when_it_is_done()
    {
        using var shell = Shell();

        shell.Run("Update-HaUnit web@ -Image nginx:2 -Canary 2 -Pause");
        var back = shell.Run("Update-HaUnit web@ -Rollback");
        Assert.Empty(back.ErrorIds);
        Assert.Equal("rolled-back", back.Single<HaUpdate>().State);

        var done = shell.Run("Update-HaUnit web@ -Image nginx:2").Single<HaUpdate>();
        var undone = shell.Run("Update-HaUnit web@ -Rollback").Single<HaUpdate>();
        Assert.Equal(("done", done.To, done.From), (undone.State, undone.From, undone.To));
        Assert.Contains("nginx:1", shell.Run("(Get-HaUnitFile web@2).Content").Single<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_tells_the_plan_instance_by_instance_and_changes_nothing()
    {
        using var shell = Shell();

        var steps = shell.Run("Update-HaUnit web@ -Image nginx:2 -WhatIf -PassThru").All<HaPlanStep>();

        Assert.Equal(["web@.service", "web@1.service", "web@2.service", "web@3.service"], steps.Select(step => step.Target));
        Assert.Equal("Update web@2.service: would get another file on sim-2: it restarts there", steps[2].ToString());
        Assert.Equal(["NoUpdate"], shell.Run("Update-HaUnit web@").ErrorIds);
    }

    [Fact]
    public void The_file_s_name_is_the_unit_s_and_the_content_may_be_given()
    {
        using var shell = Shell();
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "web@.service");
        File.WriteAllText(path, shell.Run("(Get-HaUnitFile web@).Content").Single<string>() + "\nWeight=3\n");

        Assert.Equal("done", shell.Run($"Update-HaUnit -Path '{path}'").Single<HaUpdate>().State);
        Assert.Equal("done", shell.Run("Get-HaUnitFile web@ | Update-HaUnit -Content ((Get-HaUnitFile web@).Content + \"`nBackup=true\")").Single<HaUpdate>().State);
        Assert.Equal(["UnitFileUnreadable"], shell.Run($"Update-HaUnit -Path '{path}x'").ErrorIds);
        Assert.Equal(["UnitFileInvalid"], shell.Run("Update-HaUnit web@ -Content '[Service]'").ErrorIds);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void What_has_the_content_already_is_told_so()
    {
        using var shell = Shell();

        var nothing = shell.Run("Update-HaUnit web@ -Image nginx:1");

        Assert.Empty(nothing.All<HaUpdate>());
        Assert.Contains("nothing to update", Assert.Single(nothing.Warnings));
    }

    [Fact]
    public void A_time_that_is_over_is_an_error_and_the_update_goes_on()
    {
        using var shell = Shell();

        Assert.Equal(["Timeout"], shell.Run("Update-HaUnit web@ -Image nginx:2 -TimeoutSec 5").ErrorIds);
        Assert.Equal("done", shell.Run("Update-HaUnit web@ ").Single<HaUpdate>().State);
    }

    [Fact]
    public void Without_an_engine_nobody_is_kept_waiting()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.Run("Start-HaUnit web@1 -NoWait -WarningAction SilentlyContinue");

        Assert.Equal(["NoEngine"], test.Run("Update-HaUnit web@ -Image nginx:2").ErrorIds);
        Assert.Equal("running", test.Run("Update-HaUnit web@ -NoWait -Image nginx:2").Single<HaUpdate>().State);
        Assert.Equal(["UpdateInProgress"], test.Run("Update-HaUnit web@ -NoWait -Image nginx:3").ErrorIds);
        Assert.Equal("paused", test.Run("Update-HaUnit web@ -Pause -NoWait").Single<HaUpdate>().State);
        Assert.Equal(ErrorCategory.InvalidArgument, test.Run("Update-HaUnit web@1 -Image nginx:3").Error.CategoryInfo.Category);
    }

    private static TestShell Shell()
    {
        var shell = new TestShell();
        Assert.Empty(shell.Run(Setup).ErrorIds);
        return shell;
    }
}
