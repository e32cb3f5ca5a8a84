using System.Net;
using HaWeb.Core.Discovery;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class BackendOperationTests
{
    private static readonly Backend Db = new(IPAddress.Parse("10.1.1.1"), 5432);

    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_backend_is_stored_as_plain_text_without_a_lease_and_changed_in_place()
    {
        _cluster.Apply(new RegisterBackend("db", "primary", Db));
        Assert.Empty(_cluster.Plan(new RegisterBackend("db", "primary", Db)).Steps);

        var plan = _cluster.Apply(new RegisterBackend("db", "primary", Db with { Weight = 3 }));

        Assert.Contains("was 10.1.1.1:5432", Assert.Single(plan.Changes).Reason);
        var entry = _cluster.Store.Get("/services/db/primary")!;
        Assert.Equal(("10.1.1.1:5432 weight=3", 0), (entry.Value, entry.Lease));
    }

    [Fact]
    public void It_is_removed_once_and_unknown_after_that()
    {
        _cluster.Apply(new RegisterBackend("db", "primary", Db));
        var plan = _cluster.Apply(new UnregisterBackend("db", "primary"));

        Assert.Null(_cluster.Store.Get("/services/db/primary"));
        Assert.Empty(_cluster.Plan(plan.Again).Refusals);
        Assert.Equal("BackendNotFound", Assert.Single(_cluster.Plan(new UnregisterBackend("db", "primary")).Refusals).Id);
    }

    [Fact]
    public void The_key_of_a_unit_is_not_touched()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new StartUnits(["nginx@2.service"]));

        IOperation[] operations =
        [
            new RegisterBackend("website", "nginx@1", Db), new UnregisterBackend("website", "nginx@1"), new RegisterBackend("website", "nginx@2", Db),
        ];

        Assert.All(operations, operation => Assert.Equal("BackendOfUnit", Assert.Single(_cluster.Plan(operation).Refusals).Id));
    }

    [Fact]
    public void A_value_by_hand_that_cannot_be_read_may_be_replaced_and_removed()
    {
        _cluster.Put("/services/db/primary", "localhost:1");

        Assert.Single(_cluster.Plan(new UnregisterBackend("db", "primary")).Steps);
        Assert.Single(_cluster.Plan(new RegisterBackend("db", "primary", Db)).Steps);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    public void A_name_that_cannot_be_part_of_a_key_is_refused(string name)
    {
        Assert.Equal("ServiceNameInvalid", Assert.Single(_cluster.Plan(new RegisterBackend(name, "x", Db)).Refusals).Id);
        Assert.Equal("BackendNameInvalid", Assert.Single(_cluster.Plan(new UnregisterBackend("x", name)).Refusals).Id);
    }

    [Fact]
    public void The_cluster_gets_one_id_that_all_who_ask_agree_on()
    {
        var first = _cluster.Plan(new EnsureCluster(7));
        _cluster.Apply(new EnsureCluster(7));

        Assert.False(_cluster.Store.Commit(first.Steps[0].Transaction).Succeeded);
        Assert.Equal(EnsureCluster.IdOf(7, TestCluster.Keys), _cluster.State.Cluster!.Value.Id);
        Assert.Empty(_cluster.Plan(new EnsureCluster(8)).Steps);
        Assert.NotEqual(EnsureCluster.IdOf(7, new("/other")), EnsureCluster.IdOf(7, TestCluster.Keys));
    }
}
