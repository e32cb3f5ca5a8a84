using Docker.DotNet.Models;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;
using ContainerSpec = HaWeb.Core.Containers.ContainerSpec;

namespace HaWeb.Tests.Unit.Docker;

[Collection("Docker")]
public sealed class DockerEngineTests(DockerFixture docker)
{
    private const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.05; done";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_is_created_started_stopped_and_removed()
    {
        var name = docker.NewName();

        var id = await docker.RunAsync(name, Forever);
        var running = await docker.InspectAsync(name);
        await docker.AskAsync(new DockerRequest.Start(id));
        await docker.AskAsync(new DockerRequest.Stop(name, TimeSpan.FromSeconds(5), null));
        var stopped = await docker.InspectAsync(id);
        await docker.AskAsync(new DockerRequest.Stop(name, TimeSpan.FromSeconds(5), null));
        await docker.AskAsync(new DockerRequest.Remove(name, Force: false, Volumes: true, MayBeAbsent: false));
        await docker.AskAsync(new DockerRequest.Remove(name, Force: false, Volumes: true, MayBeAbsent: true));

        Assert.Equal((id, name, true, null), (running.Id, running.Name, running.Running, running.ExitCode));
        Assert.Equal(DockerFixture.Labels(name + ".service"), running.Labels);
        Assert.NotNull(running.StartedAt);
        Assert.Equal((false, 0), (stopped.Running, stopped.ExitCode));
        await FailsAsync(DockerFailure.NoSuchContainer, new DockerRequest.Remove(name, false, false, MayBeAbsent: false));
    }

    [Fact]
    public async Task A_container_of_no_cluster_or_another_one_is_left_alone()
    {
        var names = new[] { docker.NewName(), docker.NewName() };
        foreach (var (name, labels) in new (string, Dictionary<string, string>)[] { (names[0], []), (names[1], new() { [ContainerLabels.ClusterLabel] = "other" }) })
        {
            var parameters = new CreateContainerParameters { Image = TestImage.Name, Name = name, Cmd = ["sleep", "100"], Labels = labels, HostConfig = new() { NetworkMode = "host" } };
            var created = await docker.Client.Containers.CreateContainerAsync(parameters, Token);
            await docker.Client.Containers.StartContainerAsync(created.ID, new(), Token);

            foreach (var target in new[] { name, created.ID, created.ID[..12] })
            {
                await FailsAsync(DockerFailure.Foreign, new DockerRequest.Stop(target, TimeSpan.Zero, null));
                await FailsAsync(DockerFailure.Foreign, new DockerRequest.Kill(target, "KILL"));
                await FailsAsync(DockerFailure.Foreign, new DockerRequest.Remove(target, Force: true, Volumes: true, MayBeAbsent: true));
                await FailsAsync(DockerFailure.Foreign, new DockerRequest.PutFile(target, "/tmp/x", ""));
                await FailsAsync(DockerFailure.Foreign, new DockerRequest.Exec(target, new ExecOptions(), ["true"]));
                await FailsAsync(DockerFailure.Foreign, new DockerRequest.Inspect(target));
            }

            var failure = await FailsAsync(DockerFailure.NameInUse, new DockerRequest.Create(new ContainerSpec { Image = TestImage.Name, Name = name }, DockerFixture.Labels("x.service")));
            Assert.Contains(created.ID[..12], failure.Message, StringComparison.Ordinal);
            Assert.True((await docker.Client.Containers.InspectContainerAsync(created.ID, Token)).State.Running);
            await docker.Client.Containers.RemoveContainerAsync(created.ID, new() { Force = true }, Token);
        }
    }

    [Fact]
    public async Task Creating_removes_what_the_same_unit_left_and_nothing_else()
    {
        var name = docker.NewName();
        var first = await docker.RunAsync(name, "exit 3");
        await docker.Client.Containers.WaitContainerAsync(first, Token);

        await FailsAsync(DockerFailure.NameInUse, new DockerRequest.Create(new ContainerSpec { Image = TestImage.Name, Name = name }, DockerFixture.Labels("other.service")));
        var second = await docker.RunAsync(name, Forever);

        Assert.NotEqual(first, second);
        await FailsAsync(DockerFailure.NoSuchContainer, new DockerRequest.Inspect(first));
        await FailsAsync(DockerFailure.NameInUse, new DockerRequest.Create(new ContainerSpec { Image = TestImage.Name, Name = name }, DockerFixture.Labels(name + ".service")));
        Assert.True((await docker.InspectAsync(second)).Running);
        await docker.AskAsync(new DockerRequest.Remove(second, Force: true, Volumes: true, MayBeAbsent: false));
    }

    [Fact]
    public async Task A_name_that_begins_several_ids_is_free()
    {
        var ids = new List<string>();
        while (ids.Select(id => id[0]).Distinct().Count() == ids.Count)
        {
            var spec = new ContainerSpec { Image = TestImage.Name, Name = docker.NewName(), Arguments = ["true"] };
            ids.Add(((DockerResult.Created)await docker.AskAsync(new DockerRequest.Create(spec, DockerFixture.Labels("many.service")))).Container);
        }

        await FailsAsync(DockerFailure.NoSuchContainer, new DockerRequest.Inspect(ids[^1][..1]));
        foreach (var id in ids)
        {
            await docker.AskAsync(new DockerRequest.Remove(id, Force: true, Volumes: true, MayBeAbsent: false));
        }
    }

    [Fact]
    public async Task A_stop_takes_a_signal_of_its_own_and_kills_when_time_is_up()
    {
        var polite = await docker.RunAsync(docker.NewName(), "trap 'exit 5' USR1; trap '' TERM; while true; do sleep 0.05; done");
        var deaf = await docker.RunAsync(docker.NewName(), "trap '' TERM USR1; while true; do sleep 0.05; done");
        await Task.Delay(200, Token);

        await docker.AskAsync(new DockerRequest.Stop(polite, TimeSpan.FromSeconds(20), "USR1"));
        await docker.AskAsync(new DockerRequest.Stop(deaf, TimeSpan.FromMilliseconds(300), "SIGUSR1"));

        Assert.Equal(5, (await docker.InspectAsync(polite)).ExitCode);
        Assert.Equal(137, (await docker.InspectAsync(deaf)).ExitCode);
    }

    [Fact]
    public async Task A_missing_image_is_told_from_a_missing_container()
    {
        await FailsAsync(DockerFailure.NoSuchImage, new DockerRequest.Create(new ContainerSpec { Image = "none:1", Name = docker.NewName() }, DockerFixture.Labels("x.service")));
        var failure = await FailsAsync(DockerFailure.NoSuchImage, new DockerRequest.Pull("127.0.0.1:1/none", null, Always: false));
        await FailsAsync(DockerFailure.NoSuchContainer, new DockerRequest.Start("none"));
        await FailsAsync(DockerFailure.NoSuchContainer, new DockerRequest.Start("a/../b?c=d"));

        Assert.Contains("refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_that_fails_is_no_failure_while_the_image_is_there()
    {
        await docker.AskAsync(new DockerRequest.Pull(TestImage.Name, null, Always: false));
        await docker.Client.Images.TagImageAsync(TestImage.Name, new ImageTagParameters { RepositoryName = "127.0.0.1:1/test", Tag = "latest" }, Token);
        await docker.AskAsync(new DockerRequest.Pull("127.0.0.1:1/test", null, Always: true));
    }

    [Fact]
    public async Task A_command_in_a_container_gives_its_exit_code_and_last_lines()
    {
        var id = await docker.RunAsync(docker.NewName(), Forever);

        var result = await docker.AskAsync(new DockerRequest.Exec(
            id,
            new ExecOptions { User = "nobody", WorkDir = "/tmp", Environment = [new EnvironmentVariable("A", "1 2")] },
            ["sh", "-c", "echo $A; pwd; echo wrong >&2; exit 7"]));

        var exited = Assert.IsType<DockerResult.Exited>(result);
        Assert.Equal(7, exited.ExitCode);
        Assert.Equal(["/tmp", "1 2", "wrong"], exited.Output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_operators_command_reads_its_input_and_tells_its_lines()
    {
        var id = await docker.RunAsync(docker.NewName(), Forever);
        var lines = new List<DockerLine>();

        var exitCode = await docker.Engine.RunAsync(id, new ExecCommand(["sh", "-c", "cat; echo ü >&2"], Input: "one\ntwo"u8.ToArray()), lines.Add, Token);

        Assert.Equal(0, exitCode);
        Assert.Equal(["one", "two"], lines.Where(line => line.Output == DockerOutput.Standard).Select(line => line.Text));
        Assert.Equal(["ü"], lines.Where(line => line.Output == DockerOutput.Error).Select(line => line.Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_is_read_with_and_without_a_terminal(bool terminal)
    {
        var id = await docker.RunAsync(docker.NewName(), "echo one; echo two >&2; echo three", spec => spec with { HasTty = terminal });
        await docker.Client.Containers.WaitContainerAsync(id, Token);

        var all = await ToListAsync(docker.Engine.ReadLogAsync(id, new LogRange(Follow: true), Token));
        var tail = (DockerResult.Printed)await docker.AskAsync(new DockerRequest.Tail(id, 1));
        var later = await ToListAsync(docker.Engine.ReadLogAsync(id, new LogRange(Since: DateTimeOffset.UtcNow.AddMinutes(1)), Token));

        Assert.Equal(["one", "three", "two"], all.Select(line => line.Text).Order(StringComparer.Ordinal));
        Assert.Equal(terminal ? 0 : 1, all.Count(line => line.Output == DockerOutput.Error));
        Assert.All(all, line => Assert.InRange(line.Time!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1)));
        Assert.Single(tail.Lines);
        Assert.Empty(later);
    }

    [Fact]
    public async Task A_long_line_of_a_log_is_whole()
    {
        // Docker cuts it in the middle of a character, which its log keeps as two that are none, and puts a time there.
        var id = await docker.RunAsync(docker.NewName(), "s=é; i=0; while [ $i -lt 14 ]; do s=$s$s; i=$((i+1)); done; echo a$s");
        await docker.Client.Containers.WaitContainerAsync(id, Token);

        var line = Assert.Single(await ToListAsync(docker.Engine.ReadLogAsync(id, new LogRange(), Token)));

        Assert.Equal("a" + new string('é', 16 * 1024), line.Text.Replace("\uFFFD\uFFFD", "é", StringComparison.Ordinal));
        Assert.NotNull(line.Time);
    }

    [Fact]
    public async Task A_followed_log_tells_new_lines_and_ends_when_cancelled()
    {
        var id = await docker.RunAsync(docker.NewName(), "echo ready; " + Forever);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var line in docker.Engine.ReadLogAsync(id, new LogRange(Follow: true), ending.Token))
            {
                Assert.Equal("ready", line.Text);
                await ending.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task A_file_is_put_into_running_and_stopped_containers_with_its_folders()
    {
        var id = await docker.RunAsync(docker.NewName(), Forever);

        await docker.AskAsync(new DockerRequest.PutFile(id, "/etc/a/b/c.conf", "one"));
        await docker.AskAsync(new DockerRequest.PutFile(id, "/etc/a/b/c.conf", "two"));
        var read = (DockerResult.Exited)await docker.AskAsync(new DockerRequest.Exec(id, new ExecOptions(), ["cat", "/etc/a/b/c.conf"]));
        await docker.AskAsync(new DockerRequest.Stop(id, TimeSpan.FromSeconds(5), null));
        await docker.AskAsync(new DockerRequest.PutFile(id, "/etc/new/d.conf", "three"));

        Assert.Equal("two", read.Output);
        await FailsAsync(DockerFailure.Refused, new DockerRequest.PutFile(id, "relative", ""));
    }

    [Fact]
    public async Task A_file_that_is_a_mount_or_lies_on_a_tmpfs_is_written_in_place()
    {
        var file = Path.GetTempFileName();
        var id = await docker.RunAsync(docker.NewName(), Forever, spec => spec with { Binds = [$"{file}:/etc/one.conf"], Tmpfs = [new("/mem", "")] });

        await docker.AskAsync(new DockerRequest.PutFile(id, "/etc/one.conf", "mounted\n"));
        await docker.AskAsync(new DockerRequest.PutFile(id, "/mem/two.conf", "in memory\n"));
        var read = (DockerResult.Exited)await docker.AskAsync(new DockerRequest.Exec(id, new ExecOptions(), ["cat", "/etc/one.conf", "/mem/two.conf"]));

        Assert.Equal("mounted\nin memory", read.Output);
        Assert.Equal("mounted\n", await File.ReadAllTextAsync(file, Token));
        File.Delete(file);
    }

    [Fact]
    public async Task A_start_that_docker_refuses_says_why()
    {
        var spec = new ContainerSpec { Image = TestImage.Name, Name = docker.NewName(), Arguments = ["/no/such/program"], Network = new() { Mode = "host" } };
        var created = (DockerResult.Created)await docker.AskAsync(new DockerRequest.Create(spec, DockerFixture.Labels("x.service")));

        var failure = await FailsAsync(DockerFailure.Refused, new DockerRequest.Start(created.Container));

        Assert.Contains("/no/such/program", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_unavailable()
    {
        using var engine = new DockerEngine(DockerEndpoint.Parse("unix:///tmp/haweb-no-such.sock"), "cluster-1");

        var failure = await Assert.ThrowsAsync<DockerException>(() => engine.ExecuteAsync(new DockerRequest.Inspect("x"), Token));

        Assert.Equal(DockerFailure.Unavailable, failure.Failure);
        Assert.Contains("/tmp/haweb-no-such.sock", failure.Message, StringComparison.Ordinal);
    }

    private async Task<DockerException> FailsAsync(DockerFailure expected, DockerRequest request)
    {
        var failure = await Assert.ThrowsAsync<DockerException>(() => docker.AskAsync(request));
        Assert.Equal(expected, failure.Failure);
        return failure;
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
