using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>Backends that were registered by hand, as a balancer's machine finds them.</summary>
public sealed class ExternalBackendTests
{
    [Fact]
    public void One_that_fails_two_probes_leaves_and_one_that_passes_comes_back()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Put("legacy", "10.9.9.9:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(["10.9.9.9:80", "10.0.0.1:80"], world.Servers);

        world.Deaf.Add("10.9.9.9:80");
        world.Pass(TimeSpan.FromSeconds(1.7));
        Assert.Contains("10.9.9.9:80", world.Servers);
        world.Pass(TimeSpan.FromSeconds(3));

        Assert.Equal(["10.0.0.1:80"], world.Servers);
        Assert.DoesNotContain("10.0.0.1:80", world.Probed);
        Assert.Contains(world.Reports, report => report.Message == "website/legacy, which was registered by hand, does not answer at 10.9.9.9:80: connection refused");

        world.Deaf.Clear();
        world.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(["10.9.9.9:80", "10.0.0.1:80"], world.Servers);
    }

    [Fact]
    public void A_new_one_waits_for_its_first_probe_where_others_serve()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Deaf.Add("10.9.9.9:80");

        var revision = world.Put("legacy", "10.9.9.9:80", lease: 0);
        Assert.Equal(["10.0.0.1:80"], world.Servers);
        Assert.Equal(revision - 1, world.Record.Applied);

        world.Deaf.Clear();
        world.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(revision, world.Record.Applied);
        Assert.Equal(["10.9.9.9:80", "10.0.0.1:80"], world.Servers);
        world.Applies.ForEach(apply => Assert.NotEmpty(BalancerWorld.ServersOf(apply.Request.Text)));
    }

    [Fact]
    public void A_new_one_that_fails_is_decided_on_after_two_probes()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Deaf.Add("10.9.9.9:80");

        var revision = world.Put("legacy", "10.9.9.9:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["10.0.0.1:80"], world.Servers);
        Assert.Equal(revision, world.Record.Applied);
    }

    [Fact]
    public void Where_all_fail_the_last_set_stays_until_one_passes()
    {
        var world = new BalancerWorld().Running();
        world.Put("one", "10.9.9.1:80", lease: 0);
        world.Put("two", "10.9.9.2:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(5));
        world.Deaf.Add("10.9.9.1:80");
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.9.9.2:80"], world.Servers);

        world.Deaf.Add("10.9.9.2:80");
        world.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(["10.9.9.2:80"], world.Servers);
        Assert.Empty(world.Record.Stale);
        Assert.All(world.Record.External, one => Assert.False(one.Healthy));

        world.Deaf.Remove("10.9.9.1:80");
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.9.9.1:80"], world.Servers);
    }

    [Fact]
    public void One_that_fails_is_served_when_the_others_are_withdrawn()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Deaf.Add("10.9.9.9:80");
        world.Put("legacy", "10.9.9.9:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(5));

        world.Withdraw("nginx@1");

        Assert.Equal(["10.9.9.9:80"], world.Servers);
        world.Pass(TimeSpan.FromSeconds(1));
        world.Withdraw("legacy");
        Assert.Empty(world.Servers);
    }

    [Fact]
    public void One_that_fails_does_not_take_the_place_of_what_was_lost()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 7);
        world.Deaf.Add("10.9.9.9:80");
        world.Put("legacy", "10.9.9.9:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(5));

        world.Expire(7);
        Assert.Equal(["10.0.0.1:80"], world.Servers);
        Assert.Equal(["website"], world.Record.Stale);

        world.Deaf.Clear();
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.9.9.9:80"], world.Servers);
    }

    [Fact]
    public void A_new_one_that_fails_is_not_served_beside_what_was_lost()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 7);
        world.Expire(7);
        world.Deaf.Add("10.9.9.9:80");

        world.Put("legacy", "10.9.9.9:80", lease: 0);
        Assert.Equal(["10.0.0.1:80"], world.Servers);
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.0.0.1:80"], world.Servers);

        world.Deaf.Clear();
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.9.9.9:80"], world.Servers);
    }

    [Fact]
    public void What_was_lost_counts_as_served_until_the_workers_are_gone_that_one_which_passes_has_replaced()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80", lease: 7);
        world.Deaf.Add("10.9.9.9:80");
        world.Put("legacy", "10.9.9.9:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(5));
        world.Expire(7);
        world.EndOldWorker();
        Assert.Equal(["website"], world.Record.Stale);

        world.Deaf.Clear();
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.9.9.9:80"], world.Servers);
        Assert.Equal(["website"], world.Record.Stale);
        while (world.Workers.Count > 1)
        {
            world.EndOldWorker();
        }

        Assert.Empty(world.Record.Stale);
    }

    [Fact]
    public void One_that_failed_and_is_unregistered_is_not_kept()
    {
        var world = new BalancerWorld(new LoadBalancerOptions { Services = ["website"], WhenEmpty = EmptyServiceAnswer.KeepLast }).Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Deaf.Add("10.9.9.9:80");
        world.Put("legacy", "10.9.9.9:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(5));

        world.Withdraw("legacy", "nginx@1");

        Assert.Equal(["10.0.0.1:80"], world.Servers);
    }

    [Fact]
    public void The_key_says_what_was_found_of_the_registration_as_it_is_and_changes_with_verdicts_only()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        var revision = world.Put("legacy", "10.9.9.9:80", lease: 0);
        var begun = world.Now;
        world.Pass(TimeSpan.FromSeconds(1));

        var found = Assert.Single(world.Record.External);
        Assert.Equal(("website", "legacy", revision, true, (string?)null, TimeSpan.FromMilliseconds(3)), (found.Service, found.Name, found.Revision, found.Healthy, found.Error, found.Latency!.Value));
        Assert.InRange(found.Since, begun, begun.AddSeconds(1));
        world.EndOldWorker();
        world.EndOldWorker();
        world.Pass(TimeSpan.FromSeconds(1));
        var said = world.Text;
        world.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(said, world.Text);

        revision = world.Put("legacy", "10.9.9.9:80 weight=5", lease: 0);
        Assert.Equal((revision, found.Since), (world.Record.External[0].Revision, world.Record.External[0].Since));

        world.Deaf.Add("10.9.9.9:80");
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((false, "connection refused"), (world.Record.External[0].Healthy, world.Record.External[0].Error));
    }

    [Fact]
    public void One_that_is_registered_at_another_address_is_another_one()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Put("legacy", "10.9.9.9:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(1));
        world.Deaf.Add("10.9.9.8:80");

        world.Put("legacy", "10.9.9.8:80", lease: 0);
        world.Pass(TimeSpan.FromMilliseconds(110));

        Assert.Equal(["10.0.0.1:80"], world.Servers);
    }

    [Fact]
    public void A_new_agent_goes_on_with_what_was_served()
    {
        var world = new BalancerWorld().Running();
        world.Put("nginx@1", "10.0.0.1:80");
        world.Deaf.Add("10.9.9.1:80");
        world.Put("bad", "10.9.9.1:80", lease: 0);
        world.Put("good", "10.9.9.2:80", lease: 0);
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.9.9.2:80", "10.0.0.1:80"], world.Servers);
        var reloads = world.Applies.Count;

        world.RestartAgent();
        world.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal(["10.9.9.2:80", "10.0.0.1:80"], world.Servers);
        Assert.Equal(reloads, world.Applies.Count);
    }
}
