using System.Text.Json;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units.Systemd;

/// <summary>
/// What HaWeb runs is what systemd runs. The expected arguments and variables are those that a program printed which systemd 252's user manager had run for
/// the units of <c>CommandLines.cases</c>, byte for byte; <c>record.sh</c> recorded them in <c>CommandLines.recorded.json</c>.
/// </summary>
public sealed class CommandLineTableTests
{
    private static readonly IReadOnlyDictionary<string, SystemdCase> Cases = SystemdCase.Read("CommandLines.cases").ToDictionary(one => one.Name, StringComparer.Ordinal);

    private static readonly JsonElement Recorded = JsonDocument.Parse(File.ReadAllText(SystemdCase.PathOf("CommandLines.recorded.json"))).RootElement;

    private static readonly MachineFacts Machine = new(
        "0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210",
        "host1.example.org",
        Recorded.GetProperty("kernel").GetString()!,
        Recorded.GetProperty("architecture").GetString()!,
        new Dictionary<string, string>());

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void Every_case_has_been_recorded() => Assert.Equal(Cases.Keys, Recorded.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("name").GetString()!));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_unit_runs_what_systemd_runs_for_it(string name)
    {
        var one = Cases[name];
        var expected = Recorded.GetProperty("cases").EnumerateArray().Single(recorded => recorded.GetProperty("name").GetString() == name);
        var unit = UnitName.Parse(name + "@a\\x2db-c.service");
        var check = UnitLinter.Check(unit, one.Unit);
        if (expected.GetProperty("load").GetString() != "loaded" || one.Remark == "refused")
        {
            Assert.Contains(check.Problems, problem => problem.Severity == ProblemSeverity.Error);
            return;
        }

        Assert.DoesNotContain(check.Problems, problem => problem.Severity == ProblemSeverity.Error);
        var service = check.Definition!.Service;
        var context = new SpecifierContext(unit, Machine);
        var variables = service.Environment.Select(variable => KeyValuePair.Create(variable.Key, Specifiers.Expand(variable.Value, context, out _)))
            .Concat(EnvironmentFile.Parse(one.File ?? ""))
            .GroupBy(variable => variable.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);
        var commands = service.Start.Select(command => command.Line.Expand(context, variables)).ToList();

        var runs = expected.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(runs.Select(run => Texts(run, "arguments")), commands.Select(command => new[] { command.Name }.Concat(command.Arguments)));
        Assert.All(
            runs,
            run => Assert.Equal(
                Texts(run, "environment").Order(StringComparer.Ordinal),
                variables.Select(variable => $"{variable.Key}={variable.Value}").Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<string> Texts(JsonElement run, string property) => run.GetProperty(property).EnumerateArray().Select(text => text.GetString()!);
}
