using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Unit.Operations.Views;

public sealed class UnitViewsTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_serving_unit_shows_everything_that_its_machine_says()
    {
        _cluster.Serve("1", "A");

        var view = Assert.Single(Of("nginx@1.service"));

        var expected = new UnitView
        {
            Name = "nginx@1.service",
            Desired = DesiredState.Launched,
            Machine = "A",
            Address = "10.0.0.1",
            Load = "loaded",
            Active = "active",
            Sub = "running",
            Hash = _cluster.Unit("nginx@1.service")!.Hash,
            Since = TestCluster.Now,
            Service = "website",
            Healthy = true,
            Backend = "10.0.0.1:80",
            Template = "nginx@.service",
            Container = "c0ffee",
            IsCurrent = true,
        };
        Assert.Equal(expected, view);
    }

    [Fact]
    public void All_are_shown_in_the_order_people_count_without_templates()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Apply(new StartUnits(["nginx@10.service", "nginx@9.service"]));

        Assert.Equal(["nginx@9.service", "nginx@10.service"], new UnitViews(_cluster.State, Pending).All().Select(view => view.Name));
        Assert.Empty(Of("nginx@.service"));
    }

    [Fact]
    public void A_pending_unit_says_why()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        Assert.Equal(("unloaded", "inactive", "dead", ""), States("web.service"));

        _cluster.Apply(new StartUnits(["web.service"]));
        Assert.Contains("no engine is running", Assert.Single(Of("web.service")).Reason);

        _cluster.AddMachine("A", leads: true);
        var view = Assert.Single(Of("web.service"));
        Assert.Null(view.Machine);
        Assert.Equal("because web.service", view.Reason);

        _cluster.Put(TestCluster.Keys.Cordon("A"), RecordCodec.Write(new CordonRecord()));
        Assert.Contains("host-A: it is cordoned", Assert.Single(new UnitViews(_cluster.State, TestCluster.Now).Of("web.service")).Reason);
    }

    [Fact]
    public void Of_a_machine_that_is_gone_nothing_is_known()
    {
        _cluster.Serve("1", "A");
        _cluster.Lose("A");

        var view = Assert.Single(Of("nginx@1.service"));

        Assert.Equal(("unknown", "unknown", "unknown", "machine A is not alive: what its units do is not known"), States("nginx@1.service"));
        Assert.Equal("A", view.Machine);
        Assert.Null(view.Backend);
        Assert.False(view.IsCurrent);
    }

    [Fact]
    public void A_unit_that_was_removed_is_shown_until_it_has_left()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new RemoveUnits(["nginx@1.service"], Force: true));

        var view = Assert.Single(Of("nginx@1.service"));
        Assert.Null(view.Desired);
        Assert.Equal("active", view.Active);

        _cluster.Leave("nginx@1.service", "A");
        Assert.Empty(Of("nginx@1.service"));
    }

    [Fact]
    public void A_leaving_unit_says_so()
    {
        _cluster.Serve("1", "A");
        _cluster.Place("nginx@1.service", "A", leave: true);

        var view = Assert.Single(Of("nginx@1.service"));

        Assert.True(view.IsLeaving);
        Assert.Equal("leaves A: an operator moved it", view.Reason);
    }

    [Fact]
    public void A_global_unit_is_shown_once_per_machine_with_that_machines_backend()
    {
        _cluster.Import("edge.service", TestCluster.Web.Replace("nginx-%i", "edge", StringComparison.Ordinal) + "[X-Fleet]\nGlobal=true\n");
        _cluster.Put(TestCluster.Keys.Unit("edge.service"), RecordCodec.Write(_cluster.Unit("edge.service")! with { Desired = DesiredState.Launched }));
        foreach (var machine in (string[])["B", "A"])
        {
            _cluster.AddMachine(machine);
            _cluster.Place("edge.service", machine);
            _cluster.Report("edge.service", machine);
            _cluster.Advertise("website", $"edge/{machine}", machine);
        }

        Assert.Equal([("A", "10.0.0.1:80"), ("B", "10.0.0.2:80")], Of("edge.service").Select(view => (view.Machine!, view.Backend!)));
    }

    [Fact]
    public void An_instance_whose_template_has_moved_on_shows_the_drift()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new RemoveUnits(["nginx@.service"]));
        Assert.False(Assert.Single(Of("nginx@1.service")).TemplateDrift);

        _cluster.Import("nginx@.service", TestCluster.Plain);
        Assert.True(Assert.Single(Of("nginx@1.service")).TemplateDrift);
    }

    [Fact]
    public void A_report_on_an_earlier_placement_is_not_current()
    {
        _cluster.Serve("1", "A");
        _cluster.Delete(TestCluster.Keys.Placement("A", "nginx@1.service"));
        _cluster.Place("nginx@1.service", "A");

        Assert.False(Assert.Single(Of("nginx@1.service")).IsCurrent);
    }

    [Fact]
    public void Machines_backends_and_the_cluster_are_shown()
    {
        _cluster.Serve("1", "A");
        _cluster.AddMachine("B", leads: true);
        _cluster.Put(TestCluster.Keys.Metadata("A"), RecordCodec.Write(new MetadataRecord { Values = new(StringComparer.Ordinal) { ["zone"] = "x" } }));
        _cluster.Put(TestCluster.Keys.Cordon("A"), RecordCodec.Write(new CordonRecord { Drain = true, Reason = "disk" }));
        _cluster.Put("/services/website/by-hand", "10.9.9.9:81 backup");
        _cluster.Put("/services/website/wrong", "localhost");

        var machine = MachineView.All(_cluster.State).First();
        Assert.Equal(("A", "host-A", MachineStanding.Alive, 1, true, true, "disk"), (machine.Id, machine.Name, machine.State, machine.Units, machine.Cordoned, machine.Draining, machine.Reason));
        Assert.Equal("x", machine.Metadata["zone"]);
        Assert.Equal(
            [("by-hand", "10.9.9.9", 81, true, null, true, null), ("nginx@1", "10.0.0.1", 80, false, "A", false, (bool?)true)],
            BackendView.All(_cluster.State).Select(backend => (backend.Name, backend.Address, backend.Port, backend.Backup, backend.Machine, backend.External, backend.Healthy)));
        var cluster = ClusterView.Of(_cluster.State, ClusterKind.Simulated, "here");
        Assert.Equal(("B", 2, 2, 1), (cluster.Leader, cluster.MachinesAlive, cluster.Machines, cluster.Units));
        Assert.Equal(["/services/website/wrong"], cluster.Malformed.Keys);

        _cluster.Lose("A");
        Assert.Equal(MachineStanding.Lost, MachineView.All(_cluster.State).First().State);
    }

    private static string Pending(string unit) => "because " + unit;

    private IReadOnlyList<UnitView> Of(string unit) => new UnitViews(_cluster.State, Pending).Of(unit);

    private (string Load, string Active, string Sub, string Reason) States(string unit)
    {
        var view = Assert.Single(Of(unit));
        return (view.Load, view.Active, view.Sub, view.Reason);
    }
}
