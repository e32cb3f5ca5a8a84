using System.Management.Automation;
using System.Text;
using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class UnitFileCommandTests
{
    private const string BadFile = """
        [Service]
        ExecStart=/usr/bin/docker run --no-such-flag nginx
        [X-Fleet]
        Conflict=web@*
        """;

    [Fact]
    public void Files_are_imported_from_the_pipeline_with_their_names()
    {
        using var test = new TestCluster();
        test.Write("web@.service", TestCluster.WebFile);
        test.Write("plain.service", TestCluster.WebFile.Replace("%i", "", StringComparison.Ordinal));

        var stored = test.Run("[IO.DirectoryInfo]::new($args[0]).GetFiles('*.service') | Import-HaUnit -PassThru", test.Folder).All<HaUnitFile>();

        Assert.Equal(["plain.service", "web@.service"], stored.Select(file => file.Name).Order());
        Assert.Equal(TestCluster.WebFile, test.Run("Get-HaUnitFile web@").Single<HaUnitFile>().Content);
        Assert.True(test.Run("Get-HaUnitFile -Template").Single<HaUnitFile>().IsTemplate);
    }

    [Fact]
    public void One_bad_file_keeps_all_from_being_stored_and_every_fault_has_its_position()
    {
        using var test = new TestCluster();
        test.Write("web@.service", TestCluster.WebFile);
        var bad = test.Write("bad.service", BadFile);

        var result = test.Run("Import-HaUnit $args[0]", Path.Combine(test.Folder, "*.service"));

        Assert.Equal(["UnitFileInvalid", "UnitFileInvalid"], result.ErrorIds);
        Assert.Equal([(bad, 2), (bad, 4)], result.Errors.Select(error => (HaUnitProblem)error.TargetObject).Select(problem => (problem.File, problem.Line)));
        Assert.StartsWith($"{bad}:2:", result.Errors[0].ToString());
        Assert.Empty(test.Run("Get-HaUnitFile").All<HaUnitFile>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-WhatIf")]
    public void A_warning_comes_once(string whatIf)
    {
        using var test = new TestCluster();
        var path = test.Write("web@.service", TestCluster.WebFile + "\n[Install]\nWantedBy=multi-user.target\n");
        var line = File.ReadAllLines(path).Length;

        Assert.Equal([$"{path}:{line}:10: WantedBy is not needed: Start-HaUnit starts the unit, for good."], test.Run($"Import-HaUnit $args[0] {whatIf}", path).Warnings);
        Assert.StartsWith($"web@.service:{line}:10: WantedBy", Assert.Single(test.Run($"Import-HaUnit -Name web@ -Content ([IO.File]::ReadAllText($args[0])) {whatIf}", path).Warnings));
    }

    [Theory]
    [InlineData("Test-HaUnit $args[0]")]
    [InlineData("Import-HaUnit -LiteralPath $args[0]")]
    public void A_folder_is_said_to_be_one(string script)
    {
        using var test = new TestCluster();

        var error = test.Run(script, test.Folder).Error;

        Assert.Equal("UnitFileUnreadable", ShellResult.IdOf(error));
        Assert.Equal($"'{test.Folder}' is a folder. Name the files in it: '{Path.Combine(test.Folder, "*.service")}'.", error.ToString());
    }

    [Theory]
    [InlineData("Import-HaUnit $args[0]")]
    [InlineData("Test-HaUnit $args[0]")]
    [InlineData("Update-HaUnit -Path $args[0]")]
    public void A_file_that_is_not_UTF_8_is_refused_with_the_line(string script)
    {
        using var test = new TestCluster();
        var path = Path.Combine(test.Folder, "web@.service");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("[Unit]\n# one\nDescription=M\u00fcnchen\n" + TestCluster.WebFile));

        var error = test.Run(script, path).Error;

        Assert.Equal("UnitFileUnreadable", ShellResult.IdOf(error));
        Assert.StartsWith($"'{path}' is not UTF-8: line 3 ", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(test.Run("Get-HaUnitFile").All<HaUnitFile>());
    }

    [Fact]
    public void A_mark_of_UTF_8_in_front_is_no_part_of_the_file()
    {
        using var test = new TestCluster();
        var text = "[Unit]\nDescription=M\u00fcnchen\n" + TestCluster.WebFile;
        var path = Path.Combine(test.Folder, "web@.service");
        File.WriteAllText(path, text, Encoding.UTF8);

        Assert.Empty(test.Run("Import-HaUnit $args[0]", path).ErrorIds);

        Assert.Equal(text, test.Run("Get-HaUnitFile web@").Single<HaUnitFile>().Content);
    }

    [Fact]
    public void What_the_message_says_to_do_is_not_said_again_in_general()
    {
        using var test = new TestCluster();
        test.Run("Import-HaUnit -Name web@ -Content $args[0]", TestCluster.WebFile);

        var invalid = test.Run("Start-HaUnit web@").Error;
        var missing = test.Run("Get-HaUnit nothing").Error;

        Assert.Equal("TemplateNotStartable", ShellResult.IdOf(invalid));
        Assert.True(string.IsNullOrEmpty(invalid.ErrorDetails.RecommendedAction));
        Assert.Contains("case-sensitive", missing.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_keeps_the_others_from_being_stored()
    {
        using var test = new TestCluster();
        var path = test.Write("web@.service", TestCluster.WebFile);

        var result = test.Run("Import-HaUnit $args[0], /no/such.service", path);

        Assert.Equal(["UnitFileUnreadable"], result.ErrorIds);
        Assert.Equal("/no/such.service", result.Error.TargetObject);
        Assert.Empty(test.Run("Get-HaUnitFile").All<HaUnitFile>());
    }

    [Fact]
    public void The_same_content_again_changes_nothing_and_other_content_is_refused()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        var revision = test.Read().Revision;

        test.ImportWeb();
        var error = test.Run("Import-HaUnit -Name web@ -Content $args[0]", TestCluster.WebFile + "\nWeight=3").Error;

        Assert.Equal(revision, test.Read().Revision);
        Assert.Equal("UnitExists", ShellResult.IdOf(error));
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Contains("Update-HaUnit", error.ToString());
    }

    [Fact]
    public void WhatIf_stores_nothing_and_gives_the_plan_as_objects()
    {
        using var test = new TestCluster();

        var step = test.Run("Import-HaUnit -Name web@ -Content $args[0] -WhatIf -PassThru", TestCluster.WebFile).Single<HaPlanStep>();

        Assert.Equal(("Import", "web@.service"), (step.Action, step.Target));
        Assert.Empty(test.Run("Get-HaUnitFile").All<HaUnitFile>());
    }

    [Fact]
    public void A_test_says_what_is_wrong_where_and_what_to_write_instead_without_a_cluster()
    {
        using var shell = new TestShell();

        var problems = shell.Run("Test-HaUnit -Name bad -Content $args[0]", BadFile).All<HaUnitProblem>();

        Assert.Equal([2, 4], problems.Select(problem => problem.Line));
        Assert.All(problems, problem => Assert.Equal("Error", problem.Severity));
        Assert.Contains("Conflicts", problems[1].Suggestion);
    }

    [Fact]
    public void Files_of_one_call_are_tested_together_and_against_what_is_stored()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        test.Write("a.service", "[Service]\nExecStart=docker run a\n[X-Fleet]\nMachineOf=b.service\n");
        test.Write("b.service", "[Unit]\nAfter=wbe@1.service\n[Service]\nExecStart=docker run b\n[X-Fleet]\nMachineOf=a.service\n");

        var problems = test.Run("[IO.DirectoryInfo]::new($args[0]).GetFiles('*.service') | Test-HaUnit", test.Folder).All<HaUnitProblem>();

        Assert.Equal(
            [("a.service", 4, "MachineOf", "Error"), ("b.service", 2, "After", "Warning"), ("b.service", 6, "MachineOf", "Error")],
            problems.Select(problem => (Path.GetFileName(problem.File), problem.Line, problem.Key, problem.Severity)).Order());
        Assert.Equal("Did you mean web@.service?", problems.Single(problem => problem.Key == "After").Suggestion);
    }

    [Fact]
    public void Stored_files_can_be_tested_and_copied_to_another_cluster()
    {
        using var test = new TestCluster();
        using var other = new TestCluster();
        test.ImportWeb();

        Assert.Empty(test.Run("Test-HaUnit -Name 'web@'").ErrorIds);
        Assert.Empty(test.Run("Get-HaUnitFile | Import-HaUnit -Cluster $args[0]", other.Cluster).ErrorIds);
        Assert.Equal("web@.service", other.Run("Get-HaUnitFile").Single<HaUnitFile>().Name);
    }
}
