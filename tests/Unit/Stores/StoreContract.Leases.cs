using System.Diagnostics;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Stores;

public abstract partial class StoreContract
{
    // So long that no pause of a busy machine ends it.
    private static readonly TimeSpan FullTime = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_lease_that_ends_takes_its_keys_at_one_revision()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(1), Token);
        await PutAsync("c", "1", lease);
        await PutAsync("a", "1", lease);
        await PutAsync("moved", "1", lease);
        await PutAsync("moved", "2");
        var last = await PutAsync("b", "1", lease);

        await using var watch = await WatchAsync(last + 1);
        Assert.True(await watch.MoveNextAsync());

        Assert.Equal(["a", "b", "c"], watch.Current.Events.Select(change => change.Key[_at.Length..]));
        Assert.All(watch.Current.Events, change => Assert.Equal((null, lease, watch.Current.Revision), (change.Entry, change.Previous?.Lease, change.Revision)));
        Assert.False(await Store.KeepAliveAsync(lease, Token));
        Assert.Null(await Store.GetRemainingAsync(lease, Token));
        Assert.False((await Store.CommitAsync(
            new StoreTransaction([StoreCompare.LeasedBy(_at + "a", lease)], [new StoreWrite.Put(_at + "late", "1")]), Token)).Succeeded);
        Assert.Equal("moved=2", Show(await Store.ListAsync(_at, 0, Token)));
    }

    [Fact]
    public async Task A_lease_that_is_kept_alive_has_its_full_time_again()
    {
        var lease = await Store.GrantLeaseAsync(FullTime, Token);
        await UntilRemainingIsBelowAsync(lease, FullTime - TimeSpan.FromSeconds(2));
        var clock = Stopwatch.StartNew();

        Assert.True(await Store.KeepAliveAsync(lease, Token));

        await HasFullTimeSinceAsync(lease, clock);
    }

    [Fact]
    public async Task A_revoked_lease_takes_its_keys_and_is_gone()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromMinutes(1), Token);
        await PutAsync("a", "1", lease);

        await Store.RevokeLeaseAsync(lease, Token);
        await Store.RevokeLeaseAsync(lease, Token);

        Assert.Empty((await Store.ListAsync(_at, 0, Token)).Entries);
        Assert.False(await Store.KeepAliveAsync(lease, Token));
        Assert.Null(await Store.GetRemainingAsync(lease, Token));
    }

    [Fact]
    public async Task A_restart_keeps_leases_and_gives_them_their_full_time()
    {
        var lease = await Store.GrantLeaseAsync(FullTime, Token);
        await PutAsync("a", "1", lease);
        await UntilRemainingIsBelowAsync(lease, FullTime - TimeSpan.FromSeconds(2));
        var clock = Stopwatch.StartNew();

        await RestartAsync();

        await HasFullTimeSinceAsync(lease, clock);
        Assert.Equal(lease, (await Direct.ListAsync(_at, 0, Token)).Entries[0].Lease);
    }

    /// <summary>A lease of <see cref="FullTime"/> was given its full time when the clock started, or later. etcd says whole seconds, rounded down.</summary>
    private async Task HasFullTimeSinceAsync(long lease, Stopwatch clock)
    {
        var remaining = await Direct.GetRemainingAsync(lease, Token);

        Assert.InRange(remaining!.Value, FullTime - TimeSpan.FromSeconds(1) - clock.Elapsed, FullTime);
    }

    private async Task UntilRemainingIsBelowAsync(long lease, TimeSpan limit)
    {
        while (await Store.GetRemainingAsync(lease, Token) >= limit)
        {
            await Task.Delay(50, Token);
        }
    }
}
