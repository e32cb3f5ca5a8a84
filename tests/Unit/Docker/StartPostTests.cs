using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>A unit's lines on a real engine: what comes after ExecStart finds the container running.</summary>
[Collection("Docker")]
public sealed class StartPostTests(DockerFixture docker)
{
    private static readonly MachineFacts Facts = new("machine-1", "boot-1", "ha1", "6.1", "x86-64", new Dictionary<string, string>());

    [Theory]
    [InlineData("run")]
    [InlineData("run -d")]
    [InlineData("run --pull always")]
    [InlineData("run -i")]
    [InlineData("run -dit")]
    public async Task A_command_after_the_start_finds_the_container_running(string run)
    {
        using var registry = await RegistryStub.StartAsync();
        var name = docker.NewName();
        var unit = UnitLinter.Check(
            UnitName.Parse("web.service"),
            $"""
            [Service]
            ExecStartPre=-/usr/bin/docker rm -f {name}
            ExecStart=/usr/bin/docker {run} --network none --name {name} {registry.Image}
            ExecStartPost=/usr/bin/docker exec {name} /bin/busybox mkdir /started
            ExecStartPost=/usr/bin/docker exec {name} /bin/busybox stat /started
            ExecStopPost=/usr/bin/docker rm -f {name}
            ExecStopPost=-/usr/bin/docker rmi -f {registry.Image}
            """).Definition!;
        var outbox = new Outbox();
        var context = new MachineContext(
            outbox, new Subscriptions(outbox), new VirtualAddresses(outbox), new ClusterKeys(), "cluster-1", "machine-1", "10.0.0.1", Facts, new Dictionary<string, string>(), new SupervisorOptions());
        var service = unit.Service;

        await PlayAsync(service.StartPre, isMain: false);
        var id = await PlayAsync(service.Start, isMain: true);
        await PlayAsync(service.StartPost, isMain: false);
        var running = (await docker.InspectAsync(name)).Running;
        await PlayAsync(service.StopPost, isMain: false);

        Assert.NotNull(id);
        Assert.True(running);
        Assert.True(registry.Pulls > 0);
        Assert.Null(await docker.Engine.Lookup.FindAsync(name, TestContext.Current.CancellationToken));

        async Task<string?> PlayAsync(IReadOnlyList<UnitCommand> commands, bool isMain)
        {
            var sequence = new CommandSequence(context, UnitRun.Of(context, unit, []), commands, generation: 7, isMain, restart: 1);
            sequence.Start();
            while (outbox.Take() is { Count: > 0 } effects)
            {
                sequence.Answer(await AnswerAsync((Effect.Docker)Assert.Single(effects)));
            }

            Assert.Null(sequence.Failure);
            Assert.True(sequence.IsDone);
            return sequence.Container;
        }
    }

    private async Task<Event.Answer> AnswerAsync(Effect.Docker effect)
    {
        try
        {
            return new Event.DockerAnswered(effect.Id, await docker.AskAsync(effect.Request));
        }
        catch (DockerException e)
        {
            return new Event.DockerFailed(effect.Id, e.Failure, e.Message);
        }
    }
}
