using System.Management.Automation;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class ClusterCommandTests
{
    [Fact]
    public void A_new_local_cluster_has_no_leader_and_no_machines()
    {
        using var test = new TestCluster();

        var info = test.Run("Get-HaCluster").Single<HaClusterInfo>();

        Assert.Equal(("local", null, 0), (info.Kind, info.Leader, info.Machines));
        Assert.Same(test.Cluster, info.Cluster);
    }

    [Fact]
    public void Without_a_cluster_every_command_says_how_to_connect()
    {
        using var shell = new TestShell();

        var error = shell.Run("Get-HaUnit").Error;

        Assert.Equal("NotConnected", ShellResult.IdOf(error));
        Assert.Contains("Connect-HaCluster", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Each_runspace_has_a_cluster_of_its_own()
    {
        using var test = new TestCluster();
        using var other = new TestShell();

        Assert.Equal(["NotConnected"], other.Run("Get-HaCluster").ErrorIds);
        Assert.Empty(other.Run("Get-HaCluster -Cluster $args[0]", test.Cluster).ErrorIds);
    }

    [Fact]
    public void A_second_connection_to_the_same_file_shares_the_first_and_a_closed_one_can_be_opened_again()
    {
        using var test = new TestCluster();
        var path = test.Cluster.Name;

        Assert.Same(test.Cluster, test.Run("Connect-HaCluster -Local -NoAgent -Path $args[0]", path).Single<HaCluster>());

        var again = test.Run("Disconnect-HaCluster; Connect-HaCluster -Local -NoAgent -Path $args[0]", path).Single<HaCluster>();
        Assert.NotSame(test.Cluster, again);
    }

    [Fact]
    public void An_etcd_that_is_not_there_is_a_connection_error_within_its_timeout()
    {
        using var shell = new TestShell();
        var endpoint = $"http://127.0.0.1:{LocalPort.Free()}";

        var error = shell.Run("Connect-HaCluster -Endpoint $args[0] -TimeoutSec 2", endpoint).Error;

        Assert.Equal("StoreUnavailable", ShellResult.IdOf(error));
        Assert.Equal(ErrorCategory.ConnectionError, error.CategoryInfo.Category);
        Assert.Equal([endpoint], Assert.IsType<string[]>(error.TargetObject));
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("http://a,https://b")]
    public void A_wrong_endpoint_is_an_argument_error(string endpoints)
    {
        using var shell = new TestShell();

        Assert.Equal(["ConnectionInvalid"], shell.Run("Connect-HaCluster -Endpoint $args[0].Split(',')", endpoints).ErrorIds);
    }

    [Fact]
    public void Machines_are_found_by_id_and_name()
    {
        using var test = new TestCluster();
        test.StartAgent("m1");
        test.StartAgent("m2");

        Assert.Equal(["m1", "m2"], test.Run("Get-HaMachine").All<HaMachine>().Select(machine => machine.Id));
        Assert.Equal("m2", test.Run("Get-HaMachine m2.example").Single<HaMachine>().Id);
        Assert.Equal(["MachineNotFound"], test.Run("Get-HaMachine m9, x*").ErrorIds);
    }

    [Fact]
    public void Completion_offers_what_there_is_and_nothing_without_a_cluster()
    {
        using var test = new TestCluster();
        test.ImportWeb();
        using var other = new TestShell();

        Assert.Equal(["web@"], Complete(test.Shell, "Start-HaUnit we"));
        Assert.DoesNotContain(Complete(other, "Start-HaUnit we"), text => text.Contains("service", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Complete(TestShell shell, string text) => [.. shell
        .Run("(TabExpansion2 $args[0] $args[0].Length).CompletionMatches | ForEach-Object CompletionText", text).Output.Cast<string>()];
}
