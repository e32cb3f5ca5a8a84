using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>
/// Random clusters, operations and faults against the rules of PROTOCOL.md section 6. HAWEB_SEEDS=n runs so many seeds, HAWEB_SEED=n replays one, and with
/// HAWEB_TRACE=file its whole trace is written there.
/// </summary>
[Collection(BusyTests.Name)]
public sealed class ChaosTests
{
    private const int SeedsOfEveryTestRun = 300;

    // Of 10,000 seeds those that have broken a rule.
    private static readonly int[] BrokenOnce = [1121, 2950, 5687, 6638, 6982, 8337, 8931, 9750];

    [Fact]
    public void No_seed_breaks_a_rule_and_every_healed_cluster_becomes_what_its_operator_wants()
    {
        var one = Number("HAWEB_SEED");
        int[] seeds = one is { } seed ? [seed] : [.. Enumerable.Range(1, Number("HAWEB_SEEDS") ?? SeedsOfEveryTestRun).Union(BrokenOnce)];
        var failures = new ConcurrentDictionary<int, string>();
        Parallel.ForEach(seeds, each =>
        {
            if (Failure((ulong)each) is { } failure)
            {
                failures[each] = failure;
            }
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of {seeds.Length} seeds failed: {string.Join(", ", failures.Keys.Order().Take(20))}\n{failures.OrderBy(failure => failure.Key).FirstOrDefault().Value}");
    }

    [Fact]
    public void A_seed_gives_the_same_trace_every_time()
    {
        for (var seed = 1UL; seed <= 5; seed++)
        {
            var (one, other) = (new ChaosRun(seed), new ChaosRun(seed));
            one.Run();
            other.Run();
            Assert.Equal(one.Trace, other.Trace);
        }
    }

    [Fact]
    public async Task A_seed_gives_the_same_trace_in_every_process()
    {
        var here = new ChaosRun(7);
        here.Run();
        var file = Path.GetTempFileName();
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. Itself, "-noColor", "-method", $"{typeof(ChaosTests).FullName}.{nameof(No_seed_breaks_a_rule_and_every_healed_cluster_becomes_what_its_operator_wants)}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["HAWEB_SEED"] = "7";
        start.Environment["HAWEB_TRACE"] = file;
        using var other = Process.Start(start)!;
        var said = await other.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(other.ExitCode == 0, said);
        Assert.Equal(here.Trace, await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
        File.Delete(file);
    }

    /// <summary>What the process was started with, if it is not the tests' own.</summary>
    private static string[] Itself => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ChaosTests).Assembly.Location] : [];

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Failure(ulong seed)
    {
        var run = new ChaosRun(seed);
        try
        {
            run.Run();
            return null;
        }
        catch (Exception problem)
        {
            var cause = problem is BrokenRuleException ? problem.Message : problem.ToString();
            return $"Seed {seed}: {cause}\nReplay: HAWEB_SEED={seed} dotnet run --project tests/Unit -- -class '{typeof(ChaosTests).FullName}'\n... {string.Join("\n    ", run.Trace.TakeLast(40))}";
        }
        finally
        {
            if (Number("HAWEB_SEED") is not null && Environment.GetEnvironmentVariable("HAWEB_TRACE") is { Length: > 0 } file)
            {
                File.WriteAllLines(file, run.Trace);
            }
        }
    }
}
