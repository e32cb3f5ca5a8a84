using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>Those events of the table that the article's way has an answer to.</summary>
public static class ArticleEvents
{
    // Longer than a side-kick's pause, and than what nginx does about a machine that says nothing.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LoadEvent<ArticleSite>> All { get; } =
    [
        new("restart", "the article's way: restart of an instance", RestartAsync),
        new("container", "the article's way: one web container killed", run => LoseAsync(run, machine => machine.DockerAsync("kill", "web1"))),
        new("power", "the article's way: one web machine switched off", run => LoseAsync(run, machine => machine.PowerOffAsync())),
        new("cut", "the article's way: one web machine cut off", run => LoseAsync(run, machine => machine.CutLinkAsync())),
    ];

    private static async Task RestartAsync(EventRun<ArticleSite> run)
    {
        run.Begins();
        await run.Site.StopAsync("web1");
        await run.Site.StartAsync("web1");
    }

    private static async Task LoseAsync(EventRun<ArticleSite> run, Func<Machine, Task> loseAsync)
    {
        var machine = run.Breaks("web1");
        await loseAsync(machine);
        await Task.Delay(Long);
    }
}
