namespace HaWeb.Bench.UnderLoad;

/// <summary>Something that is done to a site under load.</summary>
/// <typeparam name="TSite">The kind of site.</typeparam>
/// <param name="Name">What it is asked for by, on a command line.</param>
/// <param name="Title">What the table calls it.</param>
/// <param name="DoAsync">Does it.</param>
public sealed record LoadEvent<TSite>(string Name, string Title, Func<EventRun<TSite>, Task> DoAsync)
    where TSite : Site
{
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(3);

    /// <summary>How long the load goes on after it: by default until old workers and their WebSockets have come to their end.</summary>
    public TimeSpan After { get; init; } = Site.DrainTimeout + TimeSpan.FromSeconds(3);

    /// <summary>Does it to a site that is mended and under load, and gives what came of it.</summary>
    public async Task<EventResult> PlayAsync(TSite site)
    {
        ArgumentNullException.ThrowIfNull(site);
        try
        {
            await site.ServeAsync();
            var start = DateTimeOffset.UtcNow;
            await using var load = site.StartLoad();
            await load.NextAsync(one => one.Sent > start + Before, Before * 10);
            var run = new EventRun<TSite>(site, load);
            await DoAsync(run);
            await Task.Delay(After);
            return await run.EndAsync(Title, start);
        }
        finally
        {
            await site.RestAsync();
        }
    }
}
