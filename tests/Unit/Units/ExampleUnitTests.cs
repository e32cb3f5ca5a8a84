using System.Runtime.CompilerServices;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class ExampleUnitTests
{
    [Fact]
    public void The_units_that_a_newcomer_starts_from_have_no_problem()
    {
        string[] files = [.. ((string[])["*.service", "*.timer"]).SelectMany(pattern => Directory.GetFiles(Folder("examples"), pattern, SearchOption.AllDirectories))];

        Assert.Contains(files, file => file.EndsWith(".timer", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Empty(UnitLinter.Check(UnitName.Parse(Path.GetFileName(file)), File.ReadAllText(file)).Problems));
    }

    [Fact]
    public void The_units_of_fleet_s_time_that_the_lab_runs_have_no_error()
    {
        var files = Directory.GetFiles(Folder(Path.Combine("tests", "Lab", "Units")), "*.service");

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.NotNull(UnitLinter.Check(UnitName.Parse(Path.GetFileName(file)), File.ReadAllText(file)).Definition));
    }

    private static string Folder(string path, [CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", path));
}
