using Docker.DotNet.Models;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;
using ContainerSpec = HaWeb.Core.Containers.ContainerSpec;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>What docker lines do beside making containers, on a real engine.</summary>
[Collection("Docker")]
public sealed class ObjectTests(DockerFixture docker)
{
    private const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.05; done";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_is_paused_renamed_restarted_and_waited_for()
    {
        var (name, other) = (docker.NewName(), docker.NewName());
        var id = await docker.RunAsync(name, Forever);

        await docker.AskAsync(new DockerRequest.Pause(name, IsPaused: true));
        Assert.True((await docker.Client.Containers.InspectContainerAsync(id, Token)).State.Paused);
        await docker.AskAsync(new DockerRequest.Pause(name, IsPaused: false));
        await docker.AskAsync(new DockerRequest.Rename(name, other));
        var before = (await docker.InspectAsync(other)).StartedAt;
        await docker.AskAsync(new DockerRequest.Restart(other, TimeSpan.FromSeconds(5)));
        await docker.AskAsync(new DockerRequest.Restart(other, TimeSpan.Zero));
        var after = await docker.InspectAsync(other);
        var waiting = docker.AskAsync(new DockerRequest.Wait(other));
        Assert.False(waiting.IsCompleted);
        await docker.AskAsync(new DockerRequest.Stop(other, TimeSpan.Zero, null));
        await waiting;
        await docker.AskAsync(new DockerRequest.Remove(other, false, false, MayBeAbsent: false));

        Assert.True(after.Running);
        Assert.True(after.StartedAt > before);
    }

    [Fact]
    public async Task Its_log_is_read_to_its_end()
    {
        var name = docker.NewName();
        var id = await docker.RunAsync(name, "echo out; echo err >&2");
        await docker.AskAsync(new DockerRequest.ReadLog(name, IsFollowed: true, Lines: null, Timestamps: true));

        Assert.False((await docker.InspectAsync(id)).Running);
        await docker.AskAsync(new DockerRequest.ReadLog(name, IsFollowed: false, Lines: 1, Timestamps: false));
        await docker.AskAsync(new DockerRequest.Remove(name, false, false, MayBeAbsent: false));
        await FailsAsync(DockerFailure.NoSuchContainer, new DockerRequest.ReadLog(name, IsFollowed: false, Lines: 1, Timestamps: false));
    }

    [Fact]
    public async Task What_is_run_with_an_open_input_reads_the_end_of_it()
    {
        var name = docker.NewName();
        await docker.RunAsync(name, "cat; echo read > /tmp/done; exit 7", spec => spec with { IsInteractive = true, Attached = ["stdin", "stdout", "stderr"] });

        await docker.AskAsync(new DockerRequest.Wait(name));

        Assert.Equal(7, (await docker.InspectAsync(name)).ExitCode);
        await docker.AskAsync(new DockerRequest.Remove(name, false, false, MayBeAbsent: false));
    }

    [Fact]
    public async Task A_command_with_an_open_input_reads_the_end_of_it()
    {
        var name = docker.NewName();
        await docker.RunAsync(name, Forever);

        var result = await docker.AskAsync(new DockerRequest.Exec(name, new ExecOptions { IsInteractive = true, Environment = [new("A", "1")] }, ["sh", "-c", "cat; echo $A; exit 3"]));

        Assert.Equal(new DockerResult.Exited(3, "1"), result);
        await docker.AskAsync(new DockerRequest.Remove(name, true, false, MayBeAbsent: false));
    }

    [Fact]
    public async Task Volumes_of_the_cluster_are_removed_and_those_of_others_left()
    {
        var (ours, theirs) = (docker.NewName(), docker.NewName());
        await docker.Client.Volumes.CreateAsync(new VolumesCreateParameters { Name = theirs }, Token);
        foreach (var name in new[] { ours, theirs })
        {
            await docker.AskAsync(new DockerRequest.CreateVolume(new VolumeDefinition { Name = name, Labels = [new("a", "b")] }, DockerFixture.Labels("a.service")));
            await docker.AskAsync(new DockerRequest.LookUp(name, ObjectKind.Volume));
            await docker.AskAsync(new DockerRequest.LookUp(name, null));
        }

        Assert.Equal("b", (await docker.Client.Volumes.InspectAsync(ours, Token)).Labels["a"]);
        await docker.AskAsync(new DockerRequest.RemoveVolume(ours, MayBeAbsent: false));
        await FailsAsync(DockerFailure.Refused, new DockerRequest.RemoveVolume(ours, MayBeAbsent: false));
        await docker.AskAsync(new DockerRequest.RemoveVolume(ours, MayBeAbsent: true));
        await FailsAsync(DockerFailure.Foreign, new DockerRequest.RemoveVolume(theirs, MayBeAbsent: true));
        await FailsAsync(DockerFailure.Refused, new DockerRequest.LookUp(ours, null));
        await docker.Client.Volumes.RemoveAsync(theirs, null, Token);
    }

    [Fact]
    public async Task A_container_is_connected_to_a_network_and_the_network_removed()
    {
        var (network, name) = (docker.NewName(), docker.NewName());
        var definition = new NetworkDefinition { Name = network, IsInternal = true, Ranges = [new("192.168.233.0/24", null, null, [])] };
        await docker.AskAsync(new DockerRequest.CreateNetwork(definition, DockerFixture.Labels("a.service")));
        await FailsAsync(DockerFailure.Refused, new DockerRequest.CreateNetwork(definition, DockerFixture.Labels("a.service")));
        await docker.RunAsync(name, Forever, spec => spec with { Network = new ContainerNetwork { Mode = network } });

        await docker.AskAsync(new DockerRequest.Disconnect(network, name, Force: false));
        await docker.AskAsync(new DockerRequest.Connect(network, name, new NetworkEndpoint { Aliases = ["alias"], IPv4 = "192.168.233.77" }));
        var endpoint = (await docker.Client.Containers.InspectContainerAsync(name, Token)).NetworkSettings.Networks[network];
        await docker.AskAsync(new DockerRequest.LookUp(network, ObjectKind.Network));
        await docker.AskAsync(new DockerRequest.Remove(name, true, false, MayBeAbsent: false));
        await docker.AskAsync(new DockerRequest.RemoveNetwork(network, MayBeAbsent: false));

        Assert.Equal("192.168.233.77", endpoint.IPAddress);
        Assert.Contains("alias", endpoint.Aliases);
        await FailsAsync(DockerFailure.Refused, new DockerRequest.RemoveNetwork(network, MayBeAbsent: false));
        await docker.AskAsync(new DockerRequest.RemoveNetwork(network, MayBeAbsent: true));
        await FailsAsync(DockerFailure.Foreign, new DockerRequest.RemoveNetwork("host", MayBeAbsent: true));
    }

    [Fact]
    public async Task An_image_gets_a_name_and_loses_it()
    {
        await docker.AskAsync(new DockerRequest.Tag(TestImage.Name, "team/other:2"));
        await docker.AskAsync(new DockerRequest.LookUp("team/other:2", ObjectKind.Image));
        await docker.AskAsync(new DockerRequest.RemoveImage("team/other:2", Force: false, KeepsParents: false));

        await FailsAsync(DockerFailure.Refused, new DockerRequest.LookUp("team/other:2", ObjectKind.Image));
        await docker.AskAsync(new DockerRequest.RemoveImage("team/other:2", Force: true, KeepsParents: false));
        await FailsAsync(DockerFailure.NoSuchImage, new DockerRequest.RemoveImage("team/other:2", Force: false, KeepsParents: false));
        await docker.AskAsync(new DockerRequest.LookUp(TestImage.Name, ObjectKind.Image));
    }

    [Fact]
    public async Task The_id_of_a_container_is_written_to_a_file_that_must_not_be_there()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Path + "/web.cid";
        var (name, other) = (docker.NewName(), docker.NewName());
        var id = await docker.RunAsync(name, Forever, spec => spec with { IdFile = file });

        Assert.Equal(id, await File.ReadAllTextAsync(file, Token));
        await FailsAsync(DockerFailure.Refused, new DockerRequest.Create(new ContainerSpec { Image = TestImage.Name, Name = other, IdFile = file }, DockerFixture.Labels("x.service")));
        await docker.AskAsync(new DockerRequest.Remove(name, true, false, MayBeAbsent: false));
    }

    private async Task FailsAsync(DockerFailure expected, DockerRequest request) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<DockerException>(() => docker.AskAsync(request))).Failure);
}
