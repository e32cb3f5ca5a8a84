using HaWeb.Bench.UnderLoad;

namespace HaWeb.Tests.Lab;

/// <summary>
/// What visitors notice under a steady load of fast pages, slow ones and WebSockets. The events are those of bench/UnderLoad, which measures the times
/// that are not asserted here.
/// </summary>
[Collection(OneWebsite.Name)]
public sealed class UnderLoadTests(Website website)
{
    private static readonly TimeSpan LongerThanALease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static TheoryData<string> Broken => [.. HaWebEvents.Servers.Select(one => one.Name)];

    [Fact]
    public async Task What_an_operator_does_fails_no_request()
    {
        var all = new LoadEvent<HaWebSite>("planned", "start, stop, restart, move, drain and a change of the config", async run =>
        {
            foreach (var one in HaWebEvents.Planned)
            {
                await one.DoAsync(run);
            }
        });

        var result = await PlayAsync(all);

        AssertNoFailure(result);
        Assert.True(result.Verdict.ClosedSockets > 0, "No WebSocket outlived its worker's time: they are not what is load balanced here.");
    }

    [Fact]
    public async Task What_breaks_in_the_machinery_fails_no_request()
    {
        var all = new LoadEvent<HaWebSite>("machinery", "agents restarted, the leader killed, etcd away", async run =>
        {
            await HaWebEvents.RestartAgentsAsync(run);
            await run.Site.Store.WaitAsync(keys => keys.ContainsKey("/haweb/v1/engine"), Website.Soon);
            await HaWebEvents.KillLeaderAsync(run);
            await HaWebEvents.StopStoreAsync(run, LongerThanALease);
        })
        {
            After = LongerThanALease,
        };

        var result = await PlayAsync(all);

        AssertNoFailure(result);
        Assert.Equal(0, result.Verdict.ClosedSockets);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_breaks_a_web_server_fails_nothing_but_what_was_under_way_on_it(string name)
    {
        var result = await PlayAsync(HaWebEvents.Servers.Single(one => one.Name == name));

        AssertNoFailure(result);
        Assert.True(result.Verdict.Slowest <= Patience, $"A request took {result.Verdict.Slowest.TotalMilliseconds:0} ms.");
    }

    private async Task<EventResult> PlayAsync(LoadEvent<HaWebSite> loadEvent)
    {
        await using var site = await HaWebSite.OpenAsync(website.Lab);
        var result = await loadEvent.PlayAsync(site);
        TestContext.Current.SendDiagnosticMessage(EventTable.Row(result));
        return result;
    }

    private static void AssertNoFailure(EventResult result)
    {
        Assert.True(result.Verdict.Fast > 1000 && result.Verdict.Slow > 10 && result.Verdict.Sockets > 0, "There was hardly any load.");
        Assert.Empty(result.Verdict.Failed.Select(one => one.ToLine()));
    }
}
