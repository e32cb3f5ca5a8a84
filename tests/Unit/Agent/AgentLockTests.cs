using System.Net;
using HaWeb.Runtime.Agent;

namespace HaWeb.Tests.Unit.Agent;

public sealed class AgentLockTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("haweb-lock-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_second_agent_is_refused_with_the_process_of_the_first_until_that_ends()
    {
        var folders = AgentFolders.For("m1", _root + "/run", _root + "/state");
        folders.Create();

        using (AgentLock.Acquire(folders))
        {
            var refusal = Assert.Throws<AgentStartException>(() => AgentLock.Acquire(folders));
            Assert.Equal(Environment.ProcessId, refusal.RunningProcess);
            Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
        }

        using var again = AgentLock.Acquire(folders);
        Assert.True(Directory.Exists(_root + "/state/m1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void An_id_that_is_no_folder_name_is_refused(string id) => Assert.Throws<AgentStartException>(() => AgentFolders.For(id));

    [Fact]
    public void The_default_route_with_the_lowest_metric_names_the_interface()
    {
        string[] routes =
        [
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT",
            "eth9\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0",
            "wlan0\t00000000\t0100000A\t0003\t0\t0\t600\t00000000\t0\t0\t0",
            "eth0\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0",
        ];

        Assert.Equal("eth0", LocalMachine.DefaultInterface(routes));
        Assert.Null(LocalMachine.DefaultInterface(routes.Take(2)));
    }

    [Fact]
    public void The_kernel_says_when_the_machine_was_booted()
    {
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), LocalMachine.BootTime(["cpu  1 2 3", "btime 1767225600", "processes 4"]));
        Assert.Null(LocalMachine.BootTime(["cpu  1 2 3"]));
    }

    [Fact]
    public void The_machine_knows_itself()
    {
        var facts = LocalMachine.ReadFacts("m1");

        Assert.Equal("m1", facts.MachineId);
        Assert.Equal(36, facts.BootId.Length);
        Assert.NotEmpty(facts.HostName);
        Assert.NotEmpty(facts.KernelRelease);
        Assert.InRange(facts.BootedAt!.Value, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddSeconds(5));
        Assert.False(LocalMachine.FindAddress() is { } address && IPAddress.IsLoopback(address));
    }

    [Fact]
    public async Task The_clock_starts_at_the_time_of_day_and_runs()
    {
        var clock = new MachineClock();
        var before = clock.GetUtcNow();
        await Task.Delay(20, TestContext.Current.CancellationToken);

        Assert.InRange(before, DateTimeOffset.UtcNow.AddSeconds(-5), DateTimeOffset.UtcNow);
        Assert.InRange(clock.GetUtcNow() - before, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
    }
}
