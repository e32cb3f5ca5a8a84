using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class FleetOptionsTests
{
    [Fact]
    public void Every_option_is_read_with_its_specifiers()
    {
        var options = Read("MachineOf=db@%i.service \"%p-data.service\"\nMachineOf=log\nMachineMetadata=zone=a zone=b\nMachineMetadata=\"disk=ssd\"", "web@2.service");

        Assert.Equal(["db@2.service", "web-data.service", "log.service"], options.MachineOf.Select(name => name.FullName));
        Assert.Equal(["zone in (a,b)", "disk=ssd"], options.MachineMetadata.Select(requirement => requirement.ToString()));
        Assert.False(options.IsGlobal);
    }

    [Fact]
    public void Older_spellings_are_read_and_the_newer_one_wins()
    {
        var options = Read("X-ConditionMachineBootID=1\nX-ConditionMachineID=2\nMachineID=3");

        Assert.Equal("3", options.MachineId);
        Assert.Equal("a*", Assert.Single(Read("X-Conflicts=a*").Conflicts).Pattern);
        Assert.Equal("up", Assert.Single(Read("X-ConditionMachineMetadata=up=down").MachineMetadata).Key);
        Assert.Equal("b.service", Assert.Single(Read("X-ConditionMachineOf=b.service").MachineOf).FullName);
    }

    [Theory]
    [InlineData("MachineID=a\nMachineID=b", "a")]
    [InlineData("MachineID=\"a\" \"b\"", "a")]
    [InlineData("X-ConditionMachineID=b\nMachineID=a\nX-ConditionMachineBootID=c", "a")]
    [InlineData("X-ConditionMachineBootID=c\nX-ConditionMachineID=b", "b")]
    public void The_first_machine_id_counts_and_a_warning_says_that_others_do_not(string options, string expected)
    {
        var read = FleetOptions.Read(UnitName.Parse("web.service"), UnitFile.Parse("[X-Fleet]\n" + options, out _), out var problems);

        Assert.Equal(expected, read.MachineId);
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.Equal(ProblemSeverity.Warning, problem.Severity));
    }

    [Fact]
    public void Words_are_parted_by_blanks_on_one_line_or_on_several_with_quotes_or_without()
    {
        var options = Read("Conflicts=a*.service  b?.service\t\"c[0-9].service\"\nConflicts=d.service\nMachineOf=e \"f.service\"\nX-ConditionMachineOf=g");

        Assert.Equal(["a*.service", "b?.service", "c[0-9].service", "d.service"], options.Conflicts.Select(glob => glob.Pattern));
        Assert.Equal(["e.service", "f.service", "g.service"], options.MachineOf.Select(unit => unit.FullName));
        Assert.Equal(["x*", "y.service", "z@[^1].service"], Read("Replaces=x* y.service\nReplaces=z@[^1].service").Replaces.Select(glob => glob.Pattern));
    }

    [Theory]
    [InlineData("web@2.service", "web@2.service web@2 web 2 %H %% x")]
    [InlineData("web.service", "web.service web web  %H %% x")]
    public void Only_the_specifiers_of_the_name_are_replaced(string name, string expected)
    {
        Assert.Equal(expected, Specifiers.ExpandName("%n %N %p %i %H %% x", UnitName.Parse(name)));
        Assert.Equal("%H-" + name, Assert.Single(Read("Conflicts=%H-%n", name).Conflicts).Pattern);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("Yes", true)]
    [InlineData("On", true)]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("off", false)]
    [InlineData("true\nGlobal=false", false)]
    [InlineData("false\nGlobal=true", true)]
    public void Global_is_true_in_every_spelling_and_its_last_value_wins(string value, bool expected) =>
        Assert.Equal(expected, Read("Global=" + value).IsGlobal);

    [Theory]
    [InlineData("Global=12")]
    [InlineData("MachineMetadata=foo=")]
    [InlineData("MachineMetadata==bar")]
    [InlineData("MachineMetadata=foo=bar=baz")]
    [InlineData("Conflicts=[")]
    [InlineData("Conflicts=")]
    [InlineData("MachineOf=web.service")]
    [InlineData("MachineOf=db@.service")]
    [InlineData("MachineOf=a/b")]
    [InlineData("X-Peers=one")]
    [InlineData("machineid=one")]
    public void A_malformed_option_is_an_error(string option)
    {
        FleetOptions.Read(UnitName.Parse("web.service"), UnitFile.Parse("[X-Fleet]\n" + option, out _), out var problems);

        Assert.All(problems, problem => Assert.Equal((ProblemSeverity.Error, 2), (problem.Severity, problem.Line)));
        Assert.NotEmpty(problems);
    }

    [Theory]
    [InlineData("MachineID=a", "MachineOf=b.service")]
    [InlineData("MachineID=a", "Conflicts=b*")]
    [InlineData("MachineID=a", "Global=true")]
    [InlineData("MachineID=a", "Replaces=b*")]
    [InlineData("Global=true", "MachineOf=b.service")]
    [InlineData("Global=true", "Replaces=b*")]
    [InlineData("Conflicts=a*", "Replaces=b*")]
    [InlineData("Conflicts=b*", "MachineOf=b.service")]
    [InlineData("Replaces=b*", "MachineOf=b.service")]
    [InlineData("X-ConditionMachineID=a", "X-ConditionMachineOf=b.service")]
    [InlineData("X-ConditionMachineBootID=a", "X-Conflicts=b*")]
    [InlineData("Replaces=a*", "X-Conflicts=b*")]
    [InlineData("MachineOf=web@%i.service", "Conflicts=web@?.service")]
    public void Options_that_exclude_each_other_are_refused(string first, string second)
    {
        foreach (var (one, other) in ((string, string)[])[(first, second), (second, first)])
        {
            FleetOptions.Read(UnitName.Parse("side@1.service"), UnitFile.Parse($"[X-Fleet]\n{one}\n{other}", out _), out var problems);

            var problem = Assert.Single(problems);
            Assert.Equal(ProblemSeverity.Error, problem.Severity);
            Assert.InRange(problem.Line, 2, 3);
        }
    }

    [Theory]
    [InlineData("MachineID=a\nMachineMetadata=a=b")]
    [InlineData("Global=true\nConflicts=a\nMachineMetadata=a=b")]
    [InlineData("Conflicts=web*")]
    [InlineData("Global=false\nMachineID=a")]
    [InlineData("Global=false\nMachineOf=b.service")]
    [InlineData("Global=true\nGlobal=false\nReplaces=b")]
    [InlineData("Conflicts=a*\nMachineOf=b.service\nMachineMetadata=a=b")]
    [InlineData("Replaces=a*\nMachineOf=b.service\nMachineMetadata=a=b")]
    public void Other_options_go_together(string options) => Read(options);

    [Fact]
    public void What_is_refused_together_is_what_fleet_refused()
    {
        string[] keys = ["MachineID", "MachineOf", "MachineMetadata", "Conflicts", "Replaces", "Global"];
        string[] lines = ["MachineID=0123", "MachineOf=peer.service", "MachineMetadata=zone=a", "Conflicts=other*", "Replaces=another*", "Global=yes"];
        (string, string)[] refused =
        [
            ("MachineID", "MachineOf"), ("MachineID", "Conflicts"), ("MachineID", "Global"), ("MachineID", "Replaces"),
            ("Global", "MachineOf"), ("Global", "Replaces"), ("Conflicts", "Replaces"),
        ];
        Gen.Int[0, keys.Length - 1].Array[0, 4].Sample(chosen =>
        {
            FleetOptions.Read(UnitName.Parse("web.service"), UnitFile.Parse("[X-Fleet]\n" + string.Join('\n', chosen.Select(i => lines[i])), out _), out var problems);

            var has = chosen.Select(i => keys[i]).ToHashSet();
            Assert.Equal(refused.Any(pair => has.Contains(pair.Item1) && has.Contains(pair.Item2)), problems.Any(problem => problem.Severity == ProblemSeverity.Error));
        });
    }

    private static FleetOptions Read(string options, string name = "web.service")
    {
        var read = FleetOptions.Read(UnitName.Parse(name), UnitFile.Parse("[X-Fleet]\n" + options, out _), out var problems);
        Assert.DoesNotContain(problems, problem => problem.Severity == ProblemSeverity.Error);
        return read;
    }
}
