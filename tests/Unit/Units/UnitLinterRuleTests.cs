using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

/// <summary>What the linter finds that no single option shows: slips in names, rules that contradict each other, templates that are none.</summary>
public sealed class UnitLinterRuleTests
{
    private const string Run = "[Service]\nExecStart=/usr/bin/docker run -p 80:80 nginx\n";

    [Theory]
    [InlineData("ExecStrat=/bin/x", "Error", "Did you mean ExecStart?")]
    [InlineData("restart=always", "Error", "Did you mean Restart?")]
    [InlineData("TimoutStartSec=5", "Error", "Did you mean TimeoutStartSec?")]
    [InlineData("HealthCheck=tcp://:80", "Error", "It belongs in [X-HaWeb].")]
    [InlineData("MachineOf=a.service", "Error", "It belongs in [X-Fleet].")]
    [InlineData("Description=x", "Warning", "It belongs in [Unit].")]
    [InlineData("WantedBy=multi-user.target", "Warning", "It belongs in [Install].")]
    [InlineData("LimitNOFILE=1024", "Warning", "--ulimit")]
    [InlineData("MemoryMax=1G", "Warning", "--memory")]
    [InlineData("WatchdogSec=5", "Warning", "HealthCheck=")]
    [InlineData("X-Owner=me", "Warning", "")]
    public void An_option_that_is_not_acted_on_says_what_to_do_instead(string line, string severity, string advice)
    {
        var problem = Assert.Single(Check("web.service", Run + line));

        Assert.Equal((severity, 3, line.Split('=')[0]), (problem.Severity.ToString(), problem.Line, problem.Key));
        Assert.Contains(advice, problem.Suggestion ?? "");
    }

    [Theory]
    [InlineData("[X-Fleet]\nHealthCheck=tcp://:80", "It belongs in [X-HaWeb].")]
    [InlineData("[X-HaWeb]\nMachineOf=a.service", "It belongs in [X-Fleet].")]
    [InlineData("[X-HaWeb]\nRestart=always", "It belongs in [Service].")]
    public void An_option_in_another_section_of_fleet_or_HaWeb_is_an_error(string more, string advice)
    {
        var problem = Assert.Single(Check("web.service", Run + more));

        Assert.Equal((ProblemSeverity.Error, advice), (problem.Severity, problem.Suggestion));
    }

    [Theory]
    [InlineData("[Install]\nAlias=www.service", 4, "one name")]
    [InlineData("[Container]\nImage=x\nName=y", 4, null)]
    [InlineData("[Service]\nTimeoutStopSec=5\nTimeoutStopSec=6", 4, "Remove one of them.")]
    [InlineData("[Unit]\nStartLimitBurst=5\nStartLimitBurst=6", 4, "Remove one of them.")]
    public void What_does_nothing_is_warned_of_where_it_stands(string more, int line, string? advice)
    {
        var problem = Assert.Single(Check("web.service", Run + more));

        Assert.Equal((ProblemSeverity.Warning, line), (problem.Severity, problem.Line));
        Assert.Contains(advice ?? "", problem.Suggestion ?? "");
    }

    [Theory]
    [InlineData("web.service", "[Service]\nExecStrat=/usr/bin/docker run nginx", "[Service] has no option ExecStrat.")]
    [InlineData("web.socket", "[Unit]\nDescription=x", "HaWeb runs units of type service and timer only.")]
    [InlineData("web.service", Run + "[X-HaWeb]\nService=web site\nPort=80\nWeight=3", "'web site' is not a service's name.")]
    public void What_follows_from_an_error_is_no_second_one(string name, string text, string message) =>
        Assert.EndsWith(message, Assert.Single(Check(name, text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_enables_a_unit_is_said_once_and_briefly()
    {
        var problem = Assert.Single(Check("web.service", Run + "[Install]\nWantedBy=multi-user.target\nWantedBy=cloud.target\nRequiredBy=web.target"));

        Assert.Equal("4:10: WantedBy is not needed: Start-HaUnit starts the unit, for good.", problem.ToString());
        Assert.Equal(ProblemSeverity.Warning, problem.Severity);
    }

    [Fact]
    public void A_line_that_takes_the_earlier_ones_back_and_lists_are_given_twice_knowingly() =>
        Assert.Empty(Check("web.service", Run + "TimeoutStopSec=5\nTimeoutStopSec=\nTimeoutStopSec=6\nEnvironment=A=1\nEnvironment=B=2\nExecStop=/usr/bin/docker stop a\nExecStop=/usr/bin/docker rm a"));

    [Theory]
    [InlineData("Conflicts=web.service", "web.service", "at odds with itself", 11)]
    [InlineData("Replaces=db.service web.service", "web.service", "at odds with itself", 21)]
    [InlineData("Conflicts=%n", "web@1.service", "at odds with itself", 11)]
    [InlineData("Conflicts=nginx@.service", "web.service", "never runs", 11)]
    [InlineData("Conflicts=nginx", "web.service", "full name", 11)]
    public void A_rule_that_can_concern_no_unit_is_warned_of(string rule, string name, string message, int column)
    {
        var problem = Assert.Single(Check(name, Run + "[X-Fleet]\n" + rule));

        Assert.Equal((ProblemSeverity.Warning, 4, column), (problem.Severity, problem.Line, problem.Column));
        Assert.Contains(message, problem.Message);
    }

    [Theory]
    [InlineData("Global=true\nMachineOf=a.service")]
    [InlineData("Global=true\nReplaces=a.service")]
    [InlineData("MachineID=0123\nConflicts=a.service")]
    [InlineData("MachineOf=a.service\nConflicts=a*")]
    [InlineData("MachineMetadata=zone=a zone!=a")]
    [InlineData("MachineMetadata=gpu exists\nMachineMetadata=gpu notexists")]
    [InlineData("MachineOf=nginx@.service")]
    [InlineData("MachineOf=%n")]
    public void Rules_that_no_machine_can_meet_together_are_errors(string rules)
    {
        var problems = Check("web@1.service", Run + "[X-Fleet]\n" + rules);

        Assert.Equal(ProblemSeverity.Error, Assert.Single(problems).Severity);
    }

    [Fact]
    public void Spread_beside_MachineOf_does_nothing()
    {
        var problem = Assert.Single(Check("web@1.service", Run + "[X-Fleet]\nMachineOf=db@%i.service\n[X-HaWeb]\nSpread=zone"));

        Assert.Equal((ProblemSeverity.Warning, "Spread"), (problem.Severity, problem.Key));
    }

    [Theory]
    [InlineData("web.service", "--name web-%i", 42)]
    [InlineData("web.service", "-e A=100%%-%I", 42)]
    [InlineData("web@.service", "--name web-%i", 0)]
    [InlineData("web@1.service", "--name web-%i", 0)]
    [InlineData("web.service", "-e A=%p%%i", 0)]
    public void The_instance_of_a_plain_unit_is_empty(string name, string flag, int column)
    {
        var problems = Check(name, $"[Service]\nExecStart=/usr/bin/docker run {flag} nginx\n");

        Assert.Equal(column > 0 ? [(2, column)] : [], problems.Select(problem => (problem.Line, problem.Column)));
        Assert.All(problems, problem => Assert.Contains("web@.service", problem.Suggestion));
    }

    [Theory]
    [InlineData("web@.service", "--name web", "", true)]
    [InlineData("web@2.service", "--name web", "", true)]
    [InlineData("web@.service", "--name web", "Conflicts=web@*", false)]
    [InlineData("web@.service", "--name ${NAME}", "", false)]
    [InlineData("web@.service", "--name web%i", "", false)]
    [InlineData("web@.service", "", "", false)]
    [InlineData("web.service", "--name web", "", false)]
    public void Instances_that_would_share_a_containers_name_are_warned_of(string name, string flag, string fleet, bool expected)
    {
        var problems = Check(name, $"[Service]\nExecStart=/usr/bin/docker run {flag} nginx\n[X-Fleet]\n{fleet}");

        Assert.Equal(expected ? [(2, 31)] : [], problems.Select(problem => (problem.Line, problem.Column)));
    }

    [Fact]
    public void One_error_hides_no_other_rule()
    {
        var problems = Check(
            "web.service",
            """
            [Service]
            Type=oneshot
            Restart=always
            TimeoutStopSec=soon
            ExecStart=/usr/bin/docker run nginx
            [X-Fleet]
            Conflict=x
            Global=true
            [X-HaWeb]
            Service=web
            Weight=none
            Spread=zone
            """).Where(problem => problem.Severity == ProblemSeverity.Error);

        Assert.Equal(
            ["", "TimeoutStopSec", "Conflict", "Service", "Weight", "Spread"],
            problems.Select(problem => problem.Key));
    }

    [Theory]
    [InlineData("[Service]\nExecStart=/usr/bin/docker run --frob nginx\n[X-HaWeb]\nService=web", 2)]
    [InlineData("[Service]\nExecStart=/usr/bin/docker run nginx\n[X-HaWeb]\nService=web\nPort=none", 5)]
    [InlineData("[Service]\nType=oneshott\nExecStart=/bin/a\nExecStart=/bin/b", 2)]
    [InlineData("[Service]\nExecStart=./a", 2)]
    public void What_could_not_be_read_is_reported_once(string text, int line) =>
        Assert.Equal([line], Check("web.service", text).Select(problem => problem.Line));

    private static IReadOnlyList<UnitProblem> Check(string name, string text) => UnitLinter.Check(UnitName.Parse(name), text).Problems;
}
