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
    [InlineData("MachineID=a", "Conflicts=b")]
    [InlineData("MachineID=a", "Global=true")]
    [InlineData("MachineID=a", "Replaces=b")]
    [InlineData("Global=true", "MachineOf=b.service")]
    [InlineData("Global=true", "Replaces=b")]
    [InlineData("Conflicts=a", "Replaces=b")]
    [InlineData("Conflicts=b*", "MachineOf=b.service")]
    [InlineData("Replaces=b*", "MachineOf=b.service")]
    public void Options_that_exclude_each_other_are_refused(string first, string second)
    {
        FleetOptions.Read(UnitName.Parse("web.service"), UnitFile.Parse($"[X-Fleet]\n{first}\n{second}", out _), out var problems);

        Assert.Equal(ProblemSeverity.Error, Assert.Single(problems).Severity);
    }

    [Theory]
    [InlineData("MachineID=a\nMachineMetadata=a=b")]
    [InlineData("Global=true\nConflicts=a\nMachineMetadata=a=b")]
    [InlineData("Conflicts=web*")]
    public void Other_options_go_together(string options) => Read(options);

    private static FleetOptions Read(string options, string name = "web.service")
    {
        var read = FleetOptions.Read(UnitName.Parse(name), UnitFile.Parse("[X-Fleet]\n" + options, out _), out var problems);
        Assert.DoesNotContain(problems, problem => problem.Severity == ProblemSeverity.Error);
        return read;
    }
}
