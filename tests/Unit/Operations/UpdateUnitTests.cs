using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Operations;

public sealed class UpdateUnitTests
{
    private const string Template = "nginx@.service";

    private static readonly UpdateContent Next = new UpdateContent.File(TestCluster.Web.Replace(" nginx\n", " nginx:2\n", StringComparison.Ordinal));

    private readonly TestCluster _cluster = new();

    public UpdateUnitTests()
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");
    }

    [Fact]
    public void An_update_is_one_record_that_names_both_files_and_tells_no_instance_anything()
    {
        var former = _cluster.Unit(Template)!;
        var plan = _cluster.Apply(new UpdateUnit(Template, Next) { MaxUnavailable = 2, Canary = 1, Pause = true });

        var update = _cluster.State.Updates[Template]!.Value;
        Assert.Equal((former.Hash, UpdateState.Running, 2, 1, true), (update.From, update.State, update.MaxUnavailable, update.Canary, update.PauseAfterCanary));
        Assert.Contains("nginx:2", _cluster.State.Files[update.To]!.Value, StringComparison.Ordinal);
        Assert.Equal(former, _cluster.Unit(Template));
        Assert.Equal(
            $"Update nginx@.service: from {update.From[..8]} to {update.To[..8]}, 2 of 2 instances, at most 2 unavailable at a time; the first 1 prove it before the others get it, which then wait for an operator",
            Assert.Single(plan.Changes).ToString());
        Assert.Empty(_cluster.Plan(new CollectFiles()).Steps);
    }

    [Theory]
    [InlineData("10.99.0.101/24", "VirtualIPTaken")]
    [InlineData("10.99.0.10%i/24", "VirtualIPTaken")]
    [InlineData("10.99.0.102/24", null)]
    [InlineData("10.99.0.100/24", null)]
    public void An_address_that_another_template_has_is_refused(string address, string? refusal)
    {
        const string Balancer = "[Service]\nExecStart=/usr/bin/docker run -p 80:80 nginx nginx -g 'worker_shutdown_timeout 30s;'\n[X-HaWeb]\nLoadBalancer=website\n";
        _cluster.Import("one@.service", Balancer + "VirtualIP=10.99.0.100/24\n");
        _cluster.Apply(new StartUnits(["one@1.service"], DesiredState.Loaded));
        _cluster.Import("two@.service", Balancer + "VirtualIP=10.99.0.101/24\n");

        var plan = _cluster.Plan(new UpdateUnit("one@.service", new UpdateContent.File(Balancer + $"MaxRestarts=7\nVirtualIP={address}\n")));

        Assert.Equal(refusal, plan.Refusals.SingleOrDefault()?.Id);
        Assert.Equal(refusal is null, plan.Steps.Count > 0);
    }

    [Fact]
    public void An_address_that_an_update_is_about_to_give_out_is_taken()
    {
        const string Balancer = "[Service]\nExecStart=/usr/bin/docker run -p 80:80 nginx nginx -g 'worker_shutdown_timeout 30s;'\n[X-HaWeb]\nLoadBalancer=website\n";
        _cluster.Import("one@.service", Balancer + "VirtualIP=10.99.0.100/24\n");
        _cluster.Apply(new StartUnits(["one@1.service"], DesiredState.Loaded));
        _cluster.Apply(new UpdateUnit("one@.service", new UpdateContent.File(Balancer + "VirtualIP=10.99.0.101/24\n")));

        foreach (var address in (string[])["10.99.0.100/24", "10.99.0.101/24"])
        {
            Assert.Equal("VirtualIPTaken", Refusal(new ImportUnits([new UnitSource("two@.service", Balancer + $"VirtualIP={address}\n")])).Id);
        }
    }

    [Fact]
    public void The_same_content_again_joins_and_other_content_is_refused_while_one_runs()
    {
        _cluster.Apply(new UpdateUnit(Template, Next));

        var again = _cluster.Plan(new UpdateUnit(Template, Next));
        Assert.Empty(again.Steps);
        Assert.Empty(again.Refusals);
        Assert.Equal("UpdateInProgress", Refusal(new UpdateUnit(Template, new UpdateContent.Image("nginx:3"))).Id);
        Assert.Equal("UpdateInProgress", Refusal(new RemoveUnits([Template])).Id);

        _cluster.Apply(new SteerUpdate(Template, OperationAction.Rollback));
        Assert.Contains("going back", Refusal(new UpdateUnit(Template, Next)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_goes_back_can_be_forced_to()
    {
        _cluster.Apply(new UpdateUnit(Template, Next));
        _cluster.Apply(new SteerUpdate(Template, OperationAction.Rollback));
        Assert.False(_cluster.State.Updates[Template]!.Value.Force);

        _cluster.Apply(new SteerUpdate(Template, OperationAction.Rollback) { Force = true });
        Assert.True(_cluster.State.Updates[Template]!.Value is { Force: true, State: UpdateState.RollingBack });
        Assert.Empty(_cluster.Plan(new SteerUpdate(Template, OperationAction.Rollback) { Force = true }).Steps);
    }

    [Fact]
    public void An_update_that_is_over_stays_as_the_outcome_until_the_next_one_or_the_template_s_end()
    {
        _cluster.Apply(new UpdateUnit(Template, Next));
        var update = _cluster.State.Updates[Template]!.Value;
        _cluster.Put(TestCluster.Keys.Update(Template), RecordCodec.Write(update with { State = UpdateState.RolledBack, Ended = TestCluster.Now, Reason = "nginx@1.service failed" }));

        Assert.Contains("nginx@1.service failed", Refusal(new SteerUpdate(Template, OperationAction.Resume)).Message, StringComparison.Ordinal);
        _cluster.Apply(new UpdateUnit(Template, Next));
        Assert.Equal(UpdateState.Running, _cluster.State.Updates[Template]!.Value.State);

        _cluster.Put(TestCluster.Keys.Update(Template), RecordCodec.Write(update with { State = UpdateState.Done, Ended = TestCluster.Now }));
        _cluster.Apply(new RemoveUnits([Template]));
        Assert.Null(_cluster.State.Updates[Template]);
    }

    [Fact]
    public void What_is_the_same_already_is_no_update_unless_an_instance_differs()
    {
        var same = new UpdateContent.File(TestCluster.Web + "# a comment\n");
        var plan = _cluster.Plan(new UpdateUnit(Template, same));
        Assert.Empty(plan.Steps);
        Assert.Contains("nothing to update", Assert.Single(plan.Warnings).Message, StringComparison.Ordinal);

        _cluster.Put(TestCluster.Keys.Unit("nginx@2.service"), RecordCodec.Write(_cluster.Unit("nginx@2.service")! with { Hash = "0123456789" }));
        Assert.Contains("1 of 2 instances", Assert.Single(_cluster.Plan(new UpdateUnit(Template, same)).Changes).Reason, StringComparison.Ordinal);
        Assert.True(new UnitViews(_cluster.State, TestCluster.Now).Of("nginx@2.service").Single().TemplateDrift);
    }

    [Fact]
    public void An_instance_is_updated_with_its_template_and_a_plain_unit_by_its_own_name()
    {
        Assert.Equal("UpdateNeedsTemplate", Refusal(new UpdateUnit("nginx@1.service", Next)).Id);
        Assert.Equal("UnitNotFound", Refusal(new UpdateUnit("other@.service", Next)).Id);
        Assert.Equal("UnitNameInvalid", Refusal(new UpdateUnit("a b.service", Next)).Id);

        _cluster.Import("web.service", TestCluster.Plain);
        Assert.Equal("web.service", Assert.Single(_cluster.Apply(new UpdateUnit("web.service", new UpdateContent.Image("busybox:2"))).Changes).Target);

        _cluster.Apply(new RemoveUnits([Template]));
        Assert.Empty(_cluster.Plan(new UpdateUnit("nginx@1.service", Next)).Refusals);
    }

    [Fact]
    public void A_file_that_is_wrong_or_wrong_for_one_instance_is_refused()
    {
        Assert.Equal("UnitFileInvalid", Refusal(new UpdateUnit(Template, new UpdateContent.File("[Service]\nExecStrat=/usr/bin/docker run x\n"))).Id);
        Assert.Equal("GlobalChanged", Refusal(new UpdateUnit(Template, new UpdateContent.File(TestCluster.Web + "[X-Fleet]\nGlobal=true\n"))).Id);
        _cluster.Import("side.service", TestCluster.Plain + "[X-Fleet]\nMachineOf=nginx@1.service\n");
        Assert.Equal("MachineOfCycle", Refusal(new UpdateUnit(Template, new UpdateContent.File(TestCluster.Web + "[X-Fleet]\nMachineOf=side.service\n"))).Id);

        _cluster.Apply(new StartUnits(["nginx@6.service"]));
        var forOne = Refusal(new UpdateUnit(Template, new UpdateContent.File(TestCluster.Web.Replace("-p 80:80", "-p 6553%i:80", StringComparison.Ordinal))));
        Assert.Equal(("UnitFileInvalid", "nginx@6.service"), (forOne.Id, forOne.Target));
    }

    [Fact]
    public void The_only_healthy_backend_is_updated_by_force_only_or_when_nothing_restarts()
    {
        _cluster.Apply(new StopUnits(["nginx@2.service"]));
        _cluster.Leave("nginx@2.service", "B");
        _cluster.Delete(TestCluster.Keys.Backend("website", "nginx@2"));

        Assert.Equal("LastHealthyBackend", Refusal(new UpdateUnit(Template, Next)).Id);
        Assert.Empty(_cluster.Plan(new UpdateUnit(Template, new UpdateContent.File(TestCluster.Web + "Weight=4\n"))).Refusals);
        Assert.Empty(_cluster.Plan(new UpdateUnit(Template, Next) { Force = true }).Refusals);
    }

    [Fact]
    public void An_instance_that_no_machine_takes_with_the_new_file_is_told_beforehand()
    {
        var bound = new UpdateContent.File(TestCluster.Web + "[X-Fleet]\nMachineID=A\n");

        var refusal = Refusal(new UpdateUnit(Template, bound));

        Assert.Equal(("MachineRefuses", "nginx@2.service"), (refusal.Id, refusal.Target));
        Assert.Contains("MachineID=A is another machine", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_cluster.Plan(new UpdateUnit(Template, bound) { Force = true }).Refusals);
    }

    [Fact]
    public void A_deadline_that_none_can_keep_and_a_pause_without_canaries_are_refused()
    {
        Assert.Equal("UpdateNeverProves", Refusal(new UpdateUnit(Template, Next) { MinHealthyTime = TimeSpan.FromMinutes(5) }).Id);
        Assert.Equal("PauseNeedsCanary", Refusal(new UpdateUnit(Template, Next) { Pause = true }).Id);
    }

    [Fact]
    public void An_image_is_changed_on_its_docker_line_and_nothing_else()
    {
        _cluster.Apply(new UpdateUnit(Template, new UpdateContent.Image("registry.example:5000/web/nginx:1.27")));

        Assert.Equal(TestCluster.Web.Replace(" nginx\n", " registry.example:5000/web/nginx:1.27\n", StringComparison.Ordinal), _cluster.State.Files[_cluster.State.Updates[Template]!.Value.To]!.Value);
        Assert.Equal("ImageInvalid", Refusal(new UpdateUnit("nginx@.service", new UpdateContent.Image("No Such"))).Id);
    }

    [Fact]
    public void What_is_done_is_rolled_back_by_an_update_to_the_former_file()
    {
        var former = _cluster.Unit(Template)!.Hash;
        _cluster.Apply(new UpdateUnit(Template, Next));
        var update = _cluster.State.Updates[Template]!.Value;
        foreach (var unit in (string[])[Template, "nginx@1.service", "nginx@2.service"])
        {
            _cluster.Put(TestCluster.Keys.Unit(unit), RecordCodec.Write(_cluster.Unit(unit)! with { Hash = update.To }));
        }

        _cluster.Put(TestCluster.Keys.Update(Template), RecordCodec.Write(update with { State = UpdateState.Done, Ended = TestCluster.Now }));
        _cluster.Apply(new UpdateUnit(Template, new UpdateContent.Former()));

        Assert.Equal((update.To, former), (_cluster.State.Updates[Template]!.Value.From, _cluster.State.Updates[Template]!.Value.To));
    }

    [Theory]
    [InlineData("/usr/bin/docker run --name a%i -p 80:80 nginx:1 nginx -g 'daemon off;'", "/usr/bin/docker run --name a%i -p 80:80 new:2 nginx -g 'daemon off;'")]
    [InlineData("/usr/bin/docker run --name nginx \\\n    -e IMAGE=nginx nginx \\\n    nginx", "/usr/bin/docker run --name nginx \\\n    -e IMAGE=nginx new:2 \\\n    nginx")]
    [InlineData("/usr/bin/docker run --name web \"nginx:1\"", "/usr/bin/docker run --name web new:2")]
    [InlineData("/usr/bin/docker run nginx:%i", "/usr/bin/docker run new:2")]
    public void The_image_of_any_docker_line_is_found(string line, string changed)
    {
        var text = $"# nginx\n[Service]\nExecStart={line}\n";

        Assert.Equal($"# nginx\n[Service]\nExecStart={changed}\n", UnitImage.Replace(UnitName.Parse("nginx@.service"), text, "new:2"));
    }

    [Fact]
    public void The_same_image_is_changed_where_it_is_pulled_and_another_one_is_not()
    {
        const string Text = """
            [Service]
            ExecStartPre=-/usr/bin/docker pull nginx:1
            ExecStartPre=-/usr/bin/docker pull helper:1
            ExecStartPre=/usr/bin/docker create --name web nginx:1
            ExecStart=/usr/bin/docker start -a web
            """;

        Assert.Equal(Text.Replace("nginx:1", "new:2", StringComparison.Ordinal), UnitImage.Replace(UnitName.Parse("web.service"), Text, "new:2"));
    }

    private OperationRefusal Refusal(IOperation operation) => Assert.Single(_cluster.Plan(operation).Refusals);
}
