using System.Text.Json;
using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>Plays events on a lab under load, and prints what visitors noticed.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: HaWeb.Bench.UnderLoad events [NAME...]     events on HaWeb, all or those named
               HaWeb.Bench.UnderLoad article [NAME...]    events on what the article did: side-kicks, exec-watch, HUP
               HaWeb.Bench.UnderLoad changes              how long a change of a backend takes to reach visitors
               HaWeb.Bench.UnderLoad visit URL            the load alone, from here, until the input ends
        """;

    private static async Task<int> Main(string[] words)
    {
        try
        {
            return words switch
            {
                ["visit", var url] => await VisitAsync(new Uri(url)),
                ["events", .. var names] => await PlayAsync([.. HaWebEvents.Planned, .. HaWebEvents.Machinery, .. HaWebEvents.Servers], names, agents: true, OpenHaWebAsync),
                ["article", .. var names] => await PlayAsync(ArticleEvents.All, names, agents: false, lab => Task.FromResult(new ArticleSite(lab))),
                ["changes"] => await MeasureChangesAsync(),
                ["change", var plan] => await MeasureChangeAsync(JsonSerializer.Deserialize<ChangePlan>(plan)!),
                _ => ShowUsage(),
            };
        }
        catch (LabException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }

    private static int ShowUsage()
    {
        Console.Error.WriteLine(Usage);
        return 64;
    }

    private static async Task<int> VisitAsync(Uri url)
    {
        using var stop = new CancellationTokenSource();
        _ = Task.Run(() =>
        {
            Console.In.ReadToEnd();
            stop.Cancel();
        });
        var output = Console.Out;
        await new Visits(url).RunAsync(outcome => output.WriteLine(outcome.ToLine()), stop.Token);
        return 0;
    }

    private static async Task<int> MeasureChangesAsync()
    {
        await using var lab = await UpAsync(agents: true);
        await ChangeBench.RunAsync(await HaWebSite.OpenAsync(lab));
        return 0;
    }

    private static async Task<int> MeasureChangeAsync(ChangePlan plan)
    {
        using var client = new ChangeClient(plan);
        Console.WriteLine(JsonSerializer.Serialize(await client.MeasureAsync()));
        return 0;
    }

    private static Task<HaWeb.Lab.Lab> UpAsync(bool agents) =>
        HaWeb.Lab.Lab.UpAsync(new LabOptions { Name = "habench", Agents = agents, Say = Console.Error.WriteLine });

    private static async Task<HaWebSite> OpenHaWebAsync(HaWeb.Lab.Lab lab) => await HaWebSite.OpenAsync(lab);

    private static async Task<int> PlayAsync<TSite>(
        IReadOnlyList<LoadEvent<TSite>> events, string[] names, bool agents, Func<HaWeb.Lab.Lab, Task<TSite>> openAsync)
        where TSite : Site
    {
        if (names.FirstOrDefault(name => events.All(one => one.Name != name)) is { } unknown)
        {
            throw new LabException($"There is no event '{unknown}': they are {string.Join(", ", events.Select(one => one.Name))}.");
        }

        await using var lab = await UpAsync(agents);
        var site = await openAsync(lab);
        Console.WriteLine(EventTable.Head);
        foreach (var one in names.Length == 0 ? events : [.. names.Select(name => events.First(candidate => candidate.Name == name))])
        {
            var result = await one.PlayAsync(site);
            Console.WriteLine(EventTable.Row(result));
            foreach (var failure in result.Verdict.Failed.Take(20))
            {
                await Console.Error.WriteLineAsync($"failed: {failure.ToLine()}");
            }
        }

        return 0;
    }
}
