using HaWeb.Core.Operations;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Operations;

public sealed class UnitSetLinterTests
{
    [Fact]
    public void A_circle_of_MachineOf_is_found_in_each_of_its_files()
    {
        var problems = Check(
            ("a.service", "MachineOf=b.service"),
            ("b.service", "MachineOf=c@1.service"),
            ("c@.service", "MachineOf=a.service"),
            ("d.service", "MachineMetadata=zone=x"));

        Assert.Equal([1, 1, 1, 0], problems.Select(file => file.Count));
        Assert.All(problems.Take(3), file => Assert.Equal((ProblemSeverity.Error, 4, "MachineOf"), (file[0].Severity, file[0].Line, file[0].Key)));
        Assert.Contains("a.service -> b.service -> c@1.service -> a.service", problems[0][0].Message);
    }

    [Theory]
    [InlineData("Conflicts=web*", "forbids it")]
    [InlineData("Replaces=web.service", "forbids it")]
    [InlineData("MachineMetadata=zone=b", "MachineMetadata")]
    [InlineData("MachineMetadata=zone=a", null)]
    [InlineData("Conflicts=other*", null)]
    public void A_unit_that_its_peer_keeps_away_can_never_be_placed(string peer, string? reason)
    {
        var problems = Check(("web.service", "MachineOf=db.service\nMachineMetadata=zone=a"), ("db.service", peer));

        Assert.Equal(reason is null ? 0 : 1, problems[0].Count);
        Assert.All(problems[0], problem => Assert.Contains(reason!, problem.Message));
        Assert.Empty(problems[1]);
    }

    [Theory]
    [InlineData("MachineMetadata=zone=a zone!=a", "", 1, 0)]
    [InlineData("", "MachineMetadata=zone=a zone!=a", 0, 1)]
    public void Conditions_that_contradict_themselves_are_not_held_against_the_other_unit(string own, string peer, int ofOwn, int ofPeer)
    {
        var problems = Check(("web.service", "MachineOf=db.service\n" + own), ("db.service", peer));

        Assert.Equal((ofOwn, ofPeer), (problems[0].Count, problems[1].Count));
    }

    [Fact]
    public void A_timer_is_tied_to_its_service_without_saying_so()
    {
        var service = new UnitSource("backup.service", "[Service]\nType=oneshot\nExecStart=/usr/bin/docker run --rm backup\n[X-Fleet]\nConflicts=backup.timer\n");
        var problems = UnitSetLinter.Check([new UnitSource("backup.timer", "[Timer]\nOnCalendar=daily\n"), service], null);

        Assert.Contains("can never be placed", Assert.Single(problems[0]).Message, StringComparison.Ordinal);
        Assert.Equal(2, problems[0][0].Line);
    }

    [Fact]
    public void A_timer_whose_service_there_is_none_of_is_warned_of_where_others_are_known()
    {
        var timer = new UnitSource("backup@.timer", "[Timer]\nOnCalendar=daily\nUnit=copy@%i.service\n");
        var service = new UnitSource("copy@.service", "[Service]\nType=oneshot\nExecStart=/usr/bin/docker run --rm --name copy-%i backup\n");
        var cluster = new TestCluster();

        Assert.Empty(UnitSetLinter.Check([timer], null)[0]);
        Assert.Empty(UnitSetLinter.Check([timer, service], null)[0]);
        var problem = Assert.Single(UnitSetLinter.Check([timer], cluster.State)[0]);
        Assert.Equal((ProblemSeverity.Warning, 3), (problem.Severity, problem.Line));
        Assert.Contains("starts copy@1.service, which is neither given here nor stored", problem.Message, StringComparison.Ordinal);

        cluster.Import("copy@.service", service.Text);
        Assert.Empty(UnitSetLinter.Check([timer], cluster.State)[0]);
    }

    [Fact]
    public void Peers_that_publish_one_port_cannot_share_a_machine()
    {
        var problem = Assert.Single(UnitSetLinter.Check(
            [
                new UnitSource("a.service", "[Service]\nExecStart=docker run -p 80:80 nginx\n[X-Fleet]\nMachineOf=b.service"),
                new UnitSource("b.service", "[Service]\nExecStart=docker run -p 80:8080 nginx"),
            ],
            null)[0]);

        Assert.Contains("80/tcp", problem.Message);
    }

    [Theory]
    [InlineData("[X-Fleet]\nMachineOf=postgers.service", "postgres.service")]
    [InlineData("[X-Fleet]\nConflicts=ngnix@1.service", "nginx@.service")]
    [InlineData("[Unit]\nAfter=docker.service postgress.service", "postgres.service")]
    [InlineData("[Unit]\nAfter=docker.service network-online.target", null)]
    [InlineData("[Unit]\nRequires=docker.socket", null)]
    [InlineData("[Unit]\nAfter=wb.service", null)]
    [InlineData("[Unit]\nAfter=sshd.service", null)]
    [InlineData("[Unit]\nAfter=tickre.service", "ticker.service")]
    [InlineData("[Unit]\nAfter=tocker.service", "ticker.service")]
    [InlineData("[Unit]\nAfter=socker.service", null)]
    [InlineData("[Unit]\nAfter=postgres.service nginx@7.service", null)]
    [InlineData("[Unit]\nAfter=db2.service", null)]
    [InlineData("[X-Fleet]\nConflicts=postgre*", null)]
    public void A_name_that_is_nearly_that_of_a_known_unit_is_warned_of(string more, string? meant)
    {
        const string Run = "[Service]\nExecStart=docker run nginx\n";
        var problems = UnitSetLinter.Check(
            [new UnitSource("web.service", Run + more), new UnitSource("postgres.service", Run), new UnitSource("nginx@.service", Run), new UnitSource("db1.service", Run),
                new UnitSource("ticker.service", Run), new UnitSource("docket.target", ""), new UnitSource("w.service", Run), new UnitSource("ssh.service", Run)],
            null)[0];

        Assert.Equal(meant is null ? [] : [$"Did you mean {meant}?"], problems.Select(problem => problem.Suggestion));
        Assert.All(problems, problem => Assert.Equal((ProblemSeverity.Warning, 4), (problem.Severity, problem.Line)));
    }

    [Fact]
    public void Stored_units_count_as_known_and_the_machines_of_the_cluster_are_looked_at()
    {
        var cluster = new TestCluster();
        cluster.AddMachine("A");
        cluster.Import("postgres.service", TestCluster.Plain);
        var state = cluster.State;

        Assert.Empty(UnitSetLinter.Check([Source("After=postgres.service", "MachineID=A")], state)[0]);
        Assert.Equal(
            ["Did you mean postgres.service?", "Did you mean A?"], UnitSetLinter.Check([Source("After=postgers.service", "MachineID=B")], state)[0].Select(problem => problem.Suggestion));
        var unmet = Assert.Single(UnitSetLinter.Check([Source("", "MachineMetadata=zone=nowhere")], state)[0]);
        Assert.Contains("No machine of the cluster meets zone=nowhere", unmet.Message);
    }

    [Fact]
    public void A_name_that_is_none_is_a_problem_of_its_file_alone()
    {
        var problems = UnitSetLinter.Check([new UnitSource("we b.service", ""), new UnitSource("web.service", "[Service]\nExecStart=docker run nginx")], null);

        Assert.Equal([1, 0], problems.Select(file => file.Count));
    }

    private static UnitSource Source(string unit, string fleet) =>
        new("web.service", $"[Unit]\n{unit}\n[Service]\nExecStart=docker run nginx\n[X-Fleet]\n{fleet}");

    private static IReadOnlyList<IReadOnlyList<UnitProblem>> Check(params (string Name, string Fleet)[] files) =>
        UnitSetLinter.Check([.. files.Select(file => new UnitSource(file.Name, $"[Service]\nExecStart=docker run nginx\n[X-Fleet]\n{file.Fleet}"))], null);
}
