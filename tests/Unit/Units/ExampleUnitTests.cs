using System.Runtime.CompilerServices;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class ExampleUnitTests
{
    [Fact]
    public void The_units_that_a_newcomer_starts_from_have_no_problem()
    {
        string[] files = [.. ((string[])["*.service", "*.timer"]).SelectMany(pattern => Directory.GetFiles(ExamplesFolder(), pattern, SearchOption.AllDirectories))];

        Assert.Contains(files, file => file.EndsWith(".timer", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Empty(UnitLinter.Check(UnitName.Parse(Path.GetFileName(file)), File.ReadAllText(file)).Problems));
    }

    private static string ExamplesFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "examples"));
}
