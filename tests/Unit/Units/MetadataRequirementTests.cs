using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class MetadataRequirementTests
{
    [Theory]
    [InlineData("zone=a", "zone=a")]
    [InlineData("zone=a zone=b zone=a", "zone in (a,b)")]
    [InlineData("zone=a disk=ssd zone=b", "zone in (a,b); disk=ssd")]
    [InlineData("\"zone=a\" \"disk=ssd\"", "zone=a; disk=ssd")]
    [InlineData("zone!=a zone!=b", "zone!=a; zone!=b")]
    [InlineData("zone in (a,b)", "zone in (a,b)")]
    [InlineData("zone in (a, b) disk=ssd", "zone in (a,b); disk=ssd")]
    [InlineData("disk=ssd zone in ( a ,b ) gpu exists", "disk=ssd; zone in (a,b); gpu exists")]
    [InlineData("zone in(a)", "zone=a")]
    [InlineData("zone notin (a,b,a) gpu notexists", "zone notin (a,b); gpu notexists")]
    [InlineData("zone notin (a)", "zone!=a")]
    [InlineData("\"zone in (a, b)\" 'gpu exists'", "zone in (a,b); gpu exists")]
    [InlineData("zone=a zone in (a,b)", "zone=a; zone in (a,b)")]
    [InlineData("disk=\"big one\" \"rack=row 7\"", "disk=\"big one\"; rack=\"row 7\"")]
    [InlineData("rack in ('row 7', \"a,b\")", "rack in (\"row 7\",\"a,b\")")]
    [InlineData("in=exists exists=in", "in=exists; exists=in")]
    [InlineData("host=%p-%i %p exists", "host=web-2; web exists")]
    public void Conditions_are_read_off_a_line(string line, string expected) =>
        Assert.Equal(expected, string.Join("; ", Read("MachineMetadata=" + line, out _)));

    [Fact]
    public void Values_written_with_an_equals_sign_are_alternatives_across_lines_and_spellings() =>
        Assert.Equal(
            ["zone in (a,b,c)", "disk exists"],
            Read("MachineMetadata=zone=a\nMachineMetadata=disk exists zone=b\nX-ConditionMachineMetadata=zone=c", out _).Select(requirement => requirement.ToString()));

    [Theory]
    [InlineData("zone=a", true, false, false)]
    [InlineData("zone in (a,b)", true, true, false)]
    [InlineData("zone!=a", false, true, true)]
    [InlineData("zone notin (a,b)", false, false, true)]
    [InlineData("zone exists", true, true, false)]
    [InlineData("zone notexists", false, false, true)]
    public void A_machine_without_the_key_meets_only_what_excludes(string condition, bool a, bool b, bool none)
    {
        var requirement = Assert.Single(Read("MachineMetadata=" + condition, out _));

        Assert.Equal((a, b, none), (requirement.IsMetBy("a"), requirement.IsMetBy("b"), requirement.IsMetBy(null)));
        Assert.Equal(requirement is MetadataRequirement.NoneOf or MetadataRequirement.Exists, requirement.IsMetBy("A"));
    }

    [Theory]
    [InlineData("zone=", 17, "key=value")]
    [InlineData("=a", 17, "key=value")]
    [InlineData("zone=a=b", 17, "key=value")]
    [InlineData("zone==a", 17, "Write zone=a.")]
    [InlineData("zone!==a", 17, "Write zone!=a.")]
    [InlineData("disk=ssd zone = a", 26, "without blanks")]
    [InlineData("zone != a", 17, "without blanks")]
    [InlineData("zone>=a", 17, "key=value")]
    [InlineData("disk=ssd zone", 26, "Write zone exists or zone=value.")]
    [InlineData("zone disk=ssd", 17, "Write zone exists or zone=value.")]
    [InlineData("!gpu", 17, "Write gpu notexists.")]
    [InlineData("gpu exist", 17, "Did you mean exists?")]
    [InlineData("zone IN (a)", 17, "Did you mean in?")]
    [InlineData("zone not in (a)", 17, "Did you mean notin?")]
    [InlineData("zone in a,b", 17, "Write zone in (a,b).")]
    [InlineData("zone notin", 17, "Write zone notin (a,b).")]
    [InlineData("zone (a,b)", 17, "key in (a,b)")]
    [InlineData("zone in (a b)", 17, "commas")]
    [InlineData("zone in (a,)", 17, "commas")]
    [InlineData("zone in ()", 17, "commas")]
    [InlineData("zone in (a", 17, "commas")]
    [InlineData("zone in (a)b", 28, "blank")]
    [InlineData("\"zone=a", 17, "where it ends")]
    [InlineData("zone=\"a", 22, "where it ends")]
    [InlineData("\"zone=a\"disk=ssd", 25, "blank")]
    [InlineData("\"zone in (a) disk=ssd\"", 30, "quotes of its own")]
    [InlineData("\"\"", 18, "key=value")]
    [InlineData("zone=%i", 17, "key=value")]
    public void A_malformed_condition_is_an_error_with_its_place_and_what_to_write(string line, int column, string suggestion)
    {
        Read("MachineMetadata=" + line, out var problems);

        var problem = Assert.Single(problems);
        Assert.Equal((ProblemSeverity.Error, 2, column), (problem.Severity, problem.Line, problem.Column));
        Assert.Contains(suggestion, problem.Suggestion, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_on_a_continued_line_is_reported_there()
    {
        Read("MachineMetadata=zone in (a, b) \\\n    disk in ssd", out var problems);

        Assert.Equal((3, 5), (Assert.Single(problems).Line, problems[0].Column));
    }

    [Theory]
    [InlineData("disk=ssd zone=a,b", "zone in (a,b)")]
    [InlineData("disk=ssd zone=(a,b)", "zone in (a,b)")]
    [InlineData("disk=ssd zone=a, gpu exists", "without commas")]
    public void A_comma_after_an_equals_sign_is_a_warning(string line, string suggestion)
    {
        Read("MachineMetadata=" + line, out var problems);

        var problem = Assert.Single(problems);
        Assert.Equal((ProblemSeverity.Warning, 2, 26), (problem.Severity, problem.Line, problem.Column));
        Assert.Contains(suggestion, problem.Suggestion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zone=a\nMachineMetadata=zone!=a", 3, 17)]
    [InlineData("zone=a zone=b zone notin (a,b)", 2, 31)]
    [InlineData("zone in (a,b) zone in (c,d)", 2, 31)]
    [InlineData("zone in (a,b) zone in (b,c) zone!=b", 2, 45)]
    [InlineData("zone=a zone notexists", 2, 24)]
    [InlineData("gpu exists gpu notexists", 2, 28)]
    [InlineData("gpu notexists gpu in (1)", 2, 31)]
    public void Conditions_that_no_machine_can_meet_together_are_an_error(string lines, int line, int column)
    {
        Read("MachineMetadata=" + lines, out var problems);

        var problem = Assert.Single(problems);
        Assert.Equal((ProblemSeverity.Error, line, column), (problem.Severity, problem.Line, problem.Column));
        Assert.StartsWith("No machine can meet ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_called_impossible_is_what_no_value_meets()
    {
        string[] conditions =
        [
            "k=a", "k=b", "k=c", "k!=a", "k!=b", "k in (a,b)", "k in (b,c)", "k notin (a,c)", "k notin (b,d)", "k exists", "k notexists",
        ];
        Gen.OneOf(conditions).Array[1, 5].Sample(chosen =>
        {
            var requirements = Read("MachineMetadata=" + string.Join(' ', chosen), out var problems);

            // No condition names e, so it stands for every other value.
            string?[] values = ["a", "b", "c", "d", "e", null];
            Assert.Equal(values.Any(value => requirements.All(requirement => requirement.IsMetBy(value))), problems.Count == 0);
        });
    }

    [Fact]
    public void A_condition_is_read_from_what_it_is_written_as()
    {
        var value = Gen.String["ab ,()'"].Select(text => "x" + text.Trim() + "x");
        var values = value.Array[1, 4];
        var key = Gen.String["ab.-_!/"].Select(text => text + "k");
        var requirement = Gen.OneOf(
            Gen.Select(key, values).Select(pair => (MetadataRequirement)new MetadataRequirement.AnyOf(pair.Item1, pair.Item2)),
            Gen.Select(key, values).Select(pair => (MetadataRequirement)new MetadataRequirement.NoneOf(pair.Item1, pair.Item2)),
            key.Where(text => text[0] != '!').Select(text => (MetadataRequirement)new MetadataRequirement.Exists(text)),
            key.Where(text => text[0] != '!').Select(text => (MetadataRequirement)new MetadataRequirement.NotExists(text)));
        requirement.Where(sample => sample.Key[0] != '!').Sample(sample =>
        {
            var read = Assert.Single(Read($"MachineMetadata={sample}", out var problems));

            Assert.DoesNotContain(problems, problem => problem.Severity == ProblemSeverity.Error);
            Assert.Equal((sample.GetType(), sample.ToString()), (read.GetType(), read.ToString()));
        });
    }

    [Fact]
    public void Any_line_is_conditions_or_an_error_in_the_line()
    {
        string[] pieces = ["zone", "gpu", " ", "  ", "=", "!=", "!", " in ", " notin ", " exists", " notexists", "(", ")", ",", "\"", "'", "a", "%i", "%", "\\", "<", "ä", "\t"];
        var line = Gen.OneOf(Gen.OneOf(pieces).Array[1, 12].Select(string.Concat), Gen.String.Select(text => text.ReplaceLineEndings(" ")));
        line.Sample(
            text =>
            {
                var file = new UnitFile([new UnitOption("X-Fleet", "MachineMetadata", text, 2, 17)]);
                var requirements = FleetOptions.Read(UnitName.Parse("web@2.service"), file, out var problems).MachineMetadata;

                Assert.True(requirements.Count > 0 || problems.Count > 0);
                Assert.All(requirements, requirement => Assert.NotEmpty(requirement.Key));
                Assert.All(problems, problem => Assert.Equal(2, problem.Line));
                Assert.All(problems, problem => Assert.InRange(problem.Column, 17, 17 + text.Length));
                Assert.All(problems, problem => Assert.NotNull(problem.Suggestion));
            },
            iter: 20_000);
    }

    private static IReadOnlyList<MetadataRequirement> Read(string options, out IReadOnlyList<UnitProblem> problems)
    {
        // A malformed line is that of a plain unit: an instance's specifiers are never empty.
        var name = UnitName.Parse(options.EndsWith("=%i", StringComparison.Ordinal) ? "web.service" : "web@2.service");
        return FleetOptions.Read(name, UnitFile.Parse("[X-Fleet]\n" + options, out _), out problems).MachineMetadata;
    }
}
