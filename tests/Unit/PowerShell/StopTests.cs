using System.Diagnostics;
using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>Ctrl+C while etcd or a Docker Engine is asked and does not answer.</summary>
public sealed class StopTests
{
    [Theory]
    [InlineData("Connect-HaCluster -Endpoint http://127.0.0.1:PORT")]
    [InlineData("Get-HaUnitLog web@1")]
    [InlineData("Get-HaUnitLog web@1 -Follow")]
    [InlineData("Invoke-HaUnit web@1 -Command id")]
    [InlineData("New-HaLoadBalancerConfig -Service website | Publish-HaLoadBalancerConfig -Container lb -DockerEndpoint tcp://127.0.0.1:PORT")]
    [InlineData("New-HaLoadBalancerConfig -Service website | Test-HaLoadBalancerConfig -Container lb -DockerEndpoint tcp://127.0.0.1:PORT")]
    public async Task A_command_that_gets_no_answer_ends_within_a_second(string script)
    {
        using var server = new DeafServer();
        using var test = Serving(server);
        using var command = test.Shell.Create(script.Replace("PORT", $"{server.Port}", StringComparison.Ordinal));
        using var output = new PSDataCollection<PSObject>();
        var invocation = command.BeginInvoke<PSObject, PSObject>(null, output);
        await Task.WhenAny(server.Asked, Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.True(server.Asked.IsCompleted, $"Nothing was asked: {command.InvocationStateInfo.State} {command.InvocationStateInfo.Reason} {string.Join(' ', command.Streams.Error.ReadAll())}");

        var watch = Stopwatch.StartNew();
        command.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"Stopping took {watch.Elapsed}.");
        Assert.True(invocation.IsCompleted);
    }

    /// <summary>A cluster with one running unit, whose machine's Docker Engine is the server.</summary>
    private static TestCluster Serving(DeafServer server)
    {
        var test = new TestCluster();
        test.ImportWeb();
        var agent = new PretendAgent(test.Cluster.Client, "m1", works: true);
        Assert.Empty(test.Run("Start-HaUnit web@1 -TimeoutSec 20").ErrorIds);

        // It would say again what it knows.
        agent.Dispose();
        var state = test.Read();
        var keys = state.Keys;
        test.Put(
            new StoreWrite.Put(keys.Machine("m1"), RecordCodec.Write(state.Machines["m1"]!.Value with { Docker = $"tcp://127.0.0.1:{server.Port}" })),
            new StoreWrite.Put(keys.Status("m1", "web@1.service"), RecordCodec.Write(state.Status["m1", "web@1.service"]!.Value with { Container = "c1" })));
        return test;
    }
}
