using HaWeb.Core.Cluster;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.LoadBalancing;

public sealed class DrainWaitTests
{
    private static readonly ClusterKeys Keys = new();

    [Fact]
    public void It_waits_for_every_balancer_of_the_service_and_for_no_other()
    {
        var wait = new DrainWait(Keys, "website", 20);
        Assert.False(wait.IsComplete);

        wait.Take(Listed(21, Balancer("m1", 20), Balancer("m2", 19), Balancer("m3", 0), Balancer("m4", 0, "api")));

        Assert.Equal(["m2/lb.service", "m3/lb.service"], wait.Waiting);
        Assert.False(wait.IsComplete);
        wait.Take(Changed(Put(22, Balancer("m2", 21))));
        Assert.Equal(["m3/lb.service"], wait.Waiting);
        wait.Take(Changed(Gone(23, "m3")));
        Assert.True(wait.IsComplete);
    }

    [Fact]
    public void A_listing_from_before_the_withdrawal_does_not_count()
    {
        var wait = new DrainWait(Keys, "website", 20);

        wait.Take(Listed(19));
        Assert.False(wait.IsComplete);
        wait.Take(Listed(20));
        Assert.True(wait.IsComplete);
    }

    [Fact]
    public void Changes_may_come_before_the_listing_and_again_after_it()
    {
        var wait = new DrainWait(Keys, "website", 20);
        var old = Put(21, Balancer("m1", 0));

        wait.Take(Changed(old));
        wait.Take(Changed(Put(25, Balancer("m2", 20))));
        wait.Take(Listed(23, Balancer("m1", 23), Balancer("m2", 0)));
        wait.Take(Changed(old));

        Assert.True(wait.IsComplete);
    }

    [Fact]
    public void A_balancer_that_registers_meanwhile_is_waited_for_and_an_unreadable_one_is_not()
    {
        var wait = new DrainWait(Keys, "website", 20);
        wait.Take(Listed(21, new StoreEntry(Keys.Balancer("m1", "lb.service"), "not json", 5, 5, 1, 1)));
        Assert.True(wait.IsComplete);

        wait.Take(Changed(Put(22, Balancer("m2", 0))));
        Assert.False(wait.IsComplete);
    }

    [Fact]
    public void A_balancer_that_serves_lost_backends_of_the_service_may_serve_this_one()
    {
        var wait = new DrainWait(Keys, "website", 20);
        var stale = new StoreEntry(
            Keys.Balancer("m1", "lb.service"), RecordCodec.Write(new BalancerRecord { Services = ["website"], Applied = 30, Drained = 30, Stale = ["website"] }), 5, 5, 1, 1);
        wait.Take(Listed(31, stale));
        Assert.Equal(["m1/lb.service"], wait.Waiting);

        wait.Take(Changed(Put(32, Balancer("m1", 31))));

        Assert.True(wait.IsComplete);
    }

    [Fact]
    public void What_was_never_advertised_waits_for_a_balancer_that_has_drained_nothing_yet()
    {
        var wait = new DrainWait(Keys, "website", 0);
        wait.Take(Listed(31, Balancer("m1", 0), Balancer("m2", 30)));
        Assert.Equal(["m1/lb.service"], wait.Waiting);

        wait.Take(Changed(Put(32, Balancer("m1", 30))));

        Assert.True(wait.IsComplete);
    }

    private static StoreEntry Balancer(string machine, long drained, string service = "website") => new(
        Keys.Balancer(machine, "lb.service"), RecordCodec.Write(new BalancerRecord { Services = [service], Applied = 30, Drained = drained }), 5, 5, 1, 1);

    private static StoreUpdate.Listed Listed(long revision, params StoreEntry[] entries) => new(new StoreListing(1, revision, entries));

    private static StoreUpdate.Changed Changed(StoreEvent one) => new(one.Revision, [one]);

    private static StoreEvent Put(long revision, StoreEntry entry) => new(revision, entry.Key, entry, null);

    private static StoreEvent Gone(long revision, string machine) => new(revision, Keys.Balancer(machine, "lb.service"), null, null);
}
