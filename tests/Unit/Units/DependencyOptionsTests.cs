using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

/// <summary>The names of other units in <c>[Unit]</c>.</summary>
public sealed class DependencyOptionsTests
{
    [Fact]
    public void Names_are_those_of_the_instance_and_of_all_lines()
    {
        var check = Check("BindsTo=nginx@%i.service\nAfter=nginx@%i.service \"%p-db.service\"\nAfter=docker.service\nConflicts=old.service");

        Assert.Empty(check.Problems);
        var dependencies = check.Definition!.Dependencies;
        Assert.Equal(["nginx@7.service"], dependencies.BindsTo);
        Assert.Equal(["nginx@7.service", "kick-db.service", "docker.service"], dependencies.After);
        Assert.Equal(["old.service"], dependencies.Conflicts);
        Assert.Empty(dependencies.Requires);
    }

    [Fact]
    public void An_empty_line_forgets_those_before_it()
    {
        Assert.Equal(["c.service"], Check("After=a.service b.service\nAfter=\nAfter=c.service").Definition!.Dependencies.After);
    }

    [Theory]
    [InlineData("After=a.service docker", 17, "'docker' has no suffix: write docker.service. It is left out of After.")]
    [InlineData("Requires=a/b.service", 10, "'a/b.service' has the character '/'; names have letters, digits and : - _ . \\ @ only. It is left out of Requires.")]
    [InlineData("BindsTo=nginx@.service", 9, "nginx@.service is a template and never runs. It is left out of BindsTo.")]
    [InlineData("Conflicts=kick@%i.service", 11, "kick@7.service is this unit itself. It is left out of Conflicts.")]
    public void What_is_no_other_units_name_is_left_out_with_a_warning(string line, int column, string message)
    {
        var check = Check(line);

        var problem = Assert.Single(check.Problems);
        Assert.Equal((ProblemSeverity.Warning, 2, column, message), (problem.Severity, problem.Line, problem.Column, problem.Message));
        Assert.DoesNotContain("docker", check.Definition!.Dependencies.After);
        Assert.Empty(check.Definition.Dependencies.BindsTo.Concat(check.Definition.Dependencies.Conflicts).Concat(check.Definition.Dependencies.Requires));
    }

    private static UnitCheck Check(string lines) =>
        UnitLinter.Check(UnitName.Parse("kick@7.service"), $"[Unit]\n{lines}\n[Service]\nExecStart=/usr/bin/kick\n");
}
