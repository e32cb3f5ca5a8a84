using System.Collections.Concurrent;
using System.Globalization;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>
/// Random clusters, operations and faults against the rules of PROTOCOL.md section 6. HAWEB_SEEDS=n runs so many seeds, HAWEB_SEED=n replays one.
/// </summary>
[Collection(BusyTests.Name)]
public sealed class ChaosTests
{
    private const int SeedsOfEveryTestRun = 300;

    [Fact]
    public void No_seed_breaks_a_rule_and_every_healed_cluster_becomes_what_its_operator_wants()
    {
        var one = Number("HAWEB_SEED");
        var (first, count) = one is { } seed ? (seed, 1) : (1, Number("HAWEB_SEEDS") ?? SeedsOfEveryTestRun);
        var failures = new ConcurrentDictionary<int, string>();
        Parallel.For(first, first + count, each =>
        {
            if (Failure((ulong)each) is { } failure)
            {
                failures[each] = failure;
            }
        });

        Assert.True(failures.IsEmpty, $"{failures.Count} of {count} seeds failed: {string.Join(", ", failures.Keys.Order().Take(20))}\n{failures.OrderBy(failure => failure.Key).FirstOrDefault().Value}");
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
    }
}
