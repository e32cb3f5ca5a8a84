using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Supervision;

public sealed class CommandSequenceTests
{
    private static readonly MachineFacts Facts = new("machine-1", "boot-1", "ha1", "6.1", "x86-64", new Dictionary<string, string>());

    private readonly Outbox _outbox = new();
    private readonly List<Effect> _asked = [];

    [Fact]
    public void What_fails_for_one_container_is_done_for_the_others()
    {
        var sequence = Start("ExecStart=/usr/bin/docker stop a b c");

        Fail(sequence, "a is stuck");
        Succeed(sequence);
        Fail(sequence, "c is stuck");

        Assert.Equal(["a", "b", "c"], Requests<DockerRequest.Stop>().Select(stop => stop.Container));
        Assert.EndsWith(": a is stuck; c is stuck", sequence.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_is_ignored_leads_to_the_next_command()
    {
        var sequence = Start("Type=oneshot\nExecStart=-/usr/bin/docker rm a b\nExecStart=/usr/bin/docker volume create data");

        Fail(sequence, "there is no a");
        Succeed(sequence);

        Assert.Equal("data", Assert.Single(Requests<DockerRequest.CreateVolume>()).Volume.Name);
        Assert.Null(sequence.Failure);
    }

    [Fact]
    public void What_cannot_be_found_is_not_started_and_the_others_are()
    {
        var sequence = Start("ExecStart=/usr/bin/docker start a b");

        Fail(sequence, "there is no a");
        Answer(sequence, new DockerResult.Inspected(new ContainerState("id-b", "b", null, false, null, null, null)));
        Succeed(sequence);

        Assert.Equal("id-b", Assert.Single(Requests<DockerRequest.Start>()).Container);
        Assert.EndsWith(": there is no a", sequence.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void What_is_not_there_is_removed_only_when_forced(bool forced, bool mayBeAbsent)
    {
        Start($"ExecStart=/usr/bin/docker rm {(forced ? "-f " : "")}a");

        Assert.Equal(mayBeAbsent, Assert.Single(Requests<DockerRequest.Remove>()).MayBeAbsent);
    }

    [Theory]
    [InlineData("docker logs -f web")]
    [InlineData("docker wait web")]
    public void The_unit_is_the_container_that_ExecStart_follows(string line)
    {
        var file = $"ExecStartPre=/usr/bin/docker run -d --name web nginx\nExecStart=/usr/bin/{line}";
        var before = Start(file, isMain: false);
        Succeed(before);
        var labels = Assert.Single(Requests<DockerRequest.Create>()).Labels;

        var sequence = Start(file);
        Answer(sequence, new DockerResult.Inspected(new ContainerState("id", "web", labels, true, null, null, null)));

        Assert.NotEqual("", labels.RunHash);
        Assert.Equal((true, "id", null), (sequence.IsDone, sequence.Container, sequence.ExitCode));
    }

    [Fact]
    public void A_container_that_is_run_before_and_not_followed_is_not_the_unit()
    {
        var sequence = Start("ExecStartPre=/usr/bin/docker run -d --name web nginx\nExecStart=/usr/bin/docker run nginx", isMain: false);

        Succeed(sequence);

        Assert.Equal("", Assert.Single(Requests<DockerRequest.Create>()).Labels.RunHash);
    }

    [Fact]
    public void The_end_of_a_container_is_waited_for_and_can_be_left()
    {
        var sequence = Start("ExecStartPre=/usr/bin/docker wait db\nExecStart=/usr/bin/docker run nginx", isMain: false);

        Assert.Equal("db", Assert.Single(Requests<DockerRequest.Wait>()).Container);
        Assert.False(sequence.IsBusy);
    }

    [Fact]
    public void Each_container_that_is_started_is_waited_for()
    {
        var sequence = Start("Type=oneshot\nExecStart=/usr/bin/docker start -a a\nExecStart=/usr/bin/docker start -a b");
        foreach (var (name, code) in ((string, long)[])[("a", 0), ("b", 3)])
        {
            Answer(sequence, new DockerResult.Inspected(new ContainerState($"id-{name}", name, null, false, null, null, null)));
            Succeed(sequence);
            Assert.False(sequence.IsDone || sequence.Failure is not null);

            sequence.ContainerExited($"id-{name}", code);
            Take();
        }

        Assert.Equal(3, sequence.FailedWith);
    }

    [Fact]
    public void How_a_process_ended_that_was_never_ready_is_known_whatever_is_told_first()
    {
        var sequence = Start("Type=notify\nExecStart=/usr/bin/app");
        Assert.True(sequence.Answer(new Event.ProcessAnswered(LastId, new ProcessResult.Started("process-1", 1))));
        Take();

        Assert.True(sequence.Answer(new Event.ProcessFailed(LastId, "it ended before it said that it is ready")));
        Assert.Null(sequence.Failure);
        sequence.ContainerExited("process-1", 255);

        Assert.Equal(255, sequence.FailedWith);
        Assert.Contains("exit code 255 before it said that it is ready", sequence.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_variables_and_labels_come_before_the_flags()
    {
        var sequence = Start("ExecStart=/usr/bin/docker run --env-file /env --label-file /labels -e A=flag -e UNSET -e SET -l b=flag --pull never nginx");

        Read(sequence, "A=file\nUNSET_TOO\nSET\n");
        Read(sequence, "b=file\nc\n");

        var spec = Assert.Single(Requests<DockerRequest.Create>()).Spec;
        Assert.Equal([new("A", "file"), new("SET", "1"), new("A", "flag"), new("UNSET", null), new("SET", "1")], spec.Environment);
        Assert.Equal([new("b", "file"), new("c", ""), new("b", "flag")], spec.Labels);
    }

    [Fact]
    public void A_file_of_labels_that_is_not_there_is_named()
    {
        var sequence = Start("ExecStart=/usr/bin/docker run --label-file /labels nginx");

        Read(sequence, null);

        Assert.Contains("--label-file /labels: there is no such file", sequence.Failure, StringComparison.Ordinal);
    }

    private CommandSequence Start(string service, bool isMain = true)
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), "[Service]\nEnvironment=SET=1\n" + service + "\n");
        Assert.NotNull(check.Definition);
        var environment = new Dictionary<string, string>();
        var context = new MachineContext(
            _outbox, new Subscriptions(_outbox), new VirtualAddresses(_outbox), new ClusterKeys(), "cluster-1", "machine-1", "10.0.0.1", Facts, environment, new SupervisorOptions());
        _asked.Clear();
        var commands = isMain ? check.Definition.Service.Start : check.Definition.Service.StartPre;
        var sequence = new CommandSequence(context, UnitRun.Of(context, check.Definition, []), commands, generation: 7, isMain, restart: 1);
        sequence.Start();
        Take();
        return sequence;
    }

    private void Take() => _asked.AddRange(_outbox.Take());

    private long LastId => _asked[^1] switch
    {
        Effect.Docker docker => docker.Id,
        Effect.ReadFile read => read.Id,
        Effect.Process process => process.Id,
        var other => throw new InvalidOperationException($"It asks for {other}."),
    };

    private void Answer(CommandSequence sequence, DockerResult result)
    {
        Assert.True(sequence.Answer(new Event.DockerAnswered(LastId, result)));
        Take();
    }

    private void Succeed(CommandSequence sequence) => Answer(sequence, new DockerResult.Done());

    private void Fail(CommandSequence sequence, string message)
    {
        Assert.True(sequence.Answer(new Event.DockerFailed(LastId, DockerFailure.Refused, message)));
        Take();
    }

    private void Read(CommandSequence sequence, string? text)
    {
        Assert.True(sequence.Answer(new Event.FileRead(LastId, text, null)));
        Take();
    }

    private IReadOnlyList<T> Requests<T>()
        where T : DockerRequest => [.. _asked.OfType<Effect.Docker>().Select(docker => docker.Request).OfType<T>()];
}
