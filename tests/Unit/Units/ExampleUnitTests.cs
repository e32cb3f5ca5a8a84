using System.Runtime.CompilerServices;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class ExampleUnitTests
{
    [Fact]
    public void The_units_that_a_newcomer_starts_from_have_no_problem()
    {
        var files = Directory.GetFiles(ExamplesFolder(), "*.service", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(UnitLinter.Check(UnitName.Parse(Path.GetFileName(file)), File.ReadAllText(file)).Problems));
    }

    private static string ExamplesFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "examples"));
}
