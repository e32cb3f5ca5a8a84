using System.Management.Automation;
using HaWeb.Core.Storage;
using HaWeb.PowerShell.Output;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class BackendCommandTests
{
    [Fact]
    public void A_registered_backend_is_shown_until_it_is_unregistered()
    {
        using var test = new TestCluster();

        var backend = test.Run("Register-HaBackend website -Address 10.0.0.9 -Port 8080 -Name old -Weight 3 -PassThru").Single<HaBackend>();

        Assert.Equal(("website", "old", "10.0.0.9", 8080, 3, true), (backend.Service, backend.Name, backend.Address, backend.Port, backend.Weight, backend.External));
        Assert.Equal("10.0.0.9:8080 weight=3", test.Read().Raw("/services/website/old")!.Value);
        Assert.Empty(test.Run("Get-HaBackend website | Unregister-HaBackend").ErrorIds);
        Assert.Empty(test.Run("Get-HaBackend").All<HaBackend>());
        Assert.Equal(["BackendNotFound"], test.Run("Unregister-HaBackend website -Name old").ErrorIds);
        Assert.Equal(["ServiceNotFound"], test.Run("Get-HaBackend website").ErrorIds);
    }

    [Fact]
    public void A_value_that_is_no_backend_is_reported_and_used_by_nobody()
    {
        using var test = new TestCluster();
        test.Run("Register-HaBackend website -Address 10.0.0.9 -Port 80");
        test.Put(new StoreWrite.Put("/services/website/evil", "10.0.0.1:80; } server {"));

        var result = test.Run("Get-HaBackend website | New-HaLoadBalancerConfig");

        Assert.Equal(["BackendMalformed"], result.ErrorIds);
        Assert.Equal("/services/website/evil", result.Error.TargetObject);
        var config = Assert.IsType<HaLoadBalancerConfig>(Assert.Single(result.Output));
        Assert.Single(config.Backends);
        Assert.DoesNotContain("10.0.0.1", config.Text);
    }

    [Fact]
    public void Watching_gives_the_whole_set_first_and_after_every_change()
    {
        using var test = new TestCluster();
        test.Run("Register-HaBackend website -Address 10.0.0.1 -Port 80 -Name a");
        var lease = test.GrantLease();

        var changes = Watch(
            test,
            () => test.Put(new StoreWrite.Put("/services/website/b", "10.0.0.2:80", lease)),
            () => test.Run("Register-HaBackend website -Address 10.0.0.1 -Port 80 -Name a -Weight 2"),
            () => test.Put(new StoreWrite.Delete("/services/website/a")),
            () => test.RevokeLease(lease));

        Assert.Equal(["Initial", "Added", "Changed", "Removed", "Expired"], changes.Select(change => change.Change));
        Assert.Equal([null, "b", "a", "a", "b"], changes.Select(change => change.Backend?.Name));
        Assert.Equal([1, 2, 2, 1, 0], changes.Select(change => change.Backends.Count));
        Assert.Equal(changes.Select(change => change.Revision).Order(), changes.Select(change => change.Revision));
    }

    private static IReadOnlyList<HaBackendChange> Watch(TestCluster test, params Action[] actions)
    {
        using var watching = new TestShell();
        using var command = watching.Create("Watch-HaBackend website -Cluster $args[0] | Select-TestFirst $args[1]", test.Cluster, actions.Length + 1);
        var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, added) =>
        {
            if (added.Index < actions.Length)
            {
                actions[added.Index]();
            }
        };
        command.Invoke(null, output);
        return [.. output.Select(one => (HaBackendChange)one.BaseObject)];
    }
}
