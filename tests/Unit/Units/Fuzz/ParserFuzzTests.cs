using System.Diagnostics;
using System.Globalization;
using HaWeb.Core.Containers;
using HaWeb.Core.Units;
using HaWeb.Tests.Unit.Simulation.Chaos;

namespace HaWeb.Tests.Unit.Units.Fuzz;

/// <summary>
/// Random unit files, command lines and other texts through every parser of what operators write: no exception, no hang, no great memory.
/// HAWEB_FUZZ=n runs so many texts instead of the few of every test run, HAWEB_SEED=n replays one.
/// </summary>
public sealed class ParserFuzzTests
{
    private const int TextsOfEveryTestRun = 20_000;

    // For texts of some thousand characters.
    private const long MostBytes = 64L * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly UnitName[] Units = [UnitName.Parse("web.service"), UnitName.Parse("web@.service"), UnitName.Parse("a-b@1.service"), UnitName.Parse("x.timer")];

    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal) { ["A"] = "1 \"2 3\"", ["OPTIONS"] = "" };

    [Fact]
    public async Task No_text_throws_hangs_or_fills_the_memory()
    {
        var one = Number("HAWEB_SEED");
        var (first, count) = one is { } seed ? (seed, 1) : (1, Number("HAWEB_FUZZ") ?? TextsOfEveryTestRun);
        var running = new HashSet<int>();
        var watch = Stopwatch.StartNew();
        var work = Task.Run(() => Parallel.For(first, first + count, each => Try(each, running)), TestContext.Current.CancellationToken);

        // The bound of one text is far above what any takes, so that a busy machine does not break it; the whole has one that grows with it.
        await Task.WhenAny(work, Task.Delay(Longest + TimeSpan.FromMilliseconds(count), TestContext.Current.CancellationToken));
        Assert.True(work.IsCompleted, $"After {watch.Elapsed} these texts are not through: {string.Join(", ", Snapshot(running))}.");
        await work;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} texts in {watch.Elapsed.TotalSeconds:0.0} s, at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1024 / 1024} MiB in the process.");
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int[] Snapshot(HashSet<int> running)
    {
        lock (running)
        {
            return [.. running];
        }
    }

    private static void Try(int seed, HashSet<int> running)
    {
        lock (running)
        {
            running.Add(seed);
        }

        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Parse(new Dice((ulong)seed));
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < MostBytes, $"It took {taken} bytes.");
        }
        catch (Exception problem)
        {
            throw new InvalidOperationException($"Seed {seed}: {problem}\nReplay: HAWEB_SEED={seed} dotnet run --project tests/Unit -- -class '{typeof(ParserFuzzTests).FullName}'", problem);
        }

        lock (running)
        {
            running.Remove(seed);
        }
    }

    private static void Parse(Dice dice)
    {
        var hostile = new HostileText(dice);
        var unit = dice.Of(Units);
        switch (dice.Below(12))
        {
            case 0 or 1 or 2 or 3:
                Lint(unit, hostile.File());
                break;
            case 4 or 5:
                ReadCommand(unit, hostile.Line());
                break;
            case 6:
                Assert.All(DockerCommand.Parse(hostile.Words().Prepend(dice.Of(["run", "create", "exec", "pull", "stop", "container", ""]))).Problems, problem => Assert.NotEmpty(problem.Message));
                break;
            case 7:
                ReadName(hostile.Line());
                break;
            case 8:
                var text = hostile.Line();
                Assert.Equal(BraceExpansion.TryExpand(text, out var expanded, out _), expanded is not null);
                break;
            case 9:
                Assert.All(EnvironmentFile.Parse(hostile.File()), variable => Assert.True(EnvironmentFile.IsName(variable.Key)));
                _ = DockerEnvFile.TryParse(hostile.File(), out _, out _);
                break;
            case 10:
                ReadConditions(unit, hostile.Line());
                break;
            default:
                ReadValue(hostile.Line());
                break;
        }
    }

    private static void Lint(UnitName unit, string text)
    {
        var check = UnitLinter.Check(unit, text);
        var file = UnitFile.Parse(text, out _);
        var lines = text.Split('\n').Length;
        Assert.Equal(check.Definition is null, check.Problems.Any(problem => problem.Severity == ProblemSeverity.Error));
        Assert.All(check.Problems, problem => Assert.InRange(problem.Line, 0, lines));
        if (UnitFile.Parse(file.Serialize(), out var again) is var copy && again.Count == 0)
        {
            Assert.Equal(file.Hash, copy.Hash);
        }
    }

    private static void ReadCommand(UnitName unit, string text)
    {
        var context = new SpecifierContext(unit);
        foreach (var command in CommandLine.Parse(text, unit, out _))
        {
            command.Preview(context, Variables, out _);
            DockerCommand.Parse(command.Expand(context, Variables).Arguments);
        }
    }

    private static void ReadName(string text)
    {
        if (UnitName.TryParse(UnitName.Complete(text), out var name, out var error))
        {
            Assert.Equal(name, UnitName.Parse(name.ToString()));
            Assert.True(!name.IsTemplate || name.WithInstance("1").IsInstance);
        }
        else
        {
            Assert.NotEmpty(error.Message);
        }

        _ = UnitNamePattern.TryParse(text, out _, out _);
    }

    private static void ReadConditions(UnitName unit, string text)
    {
        var options = FleetOptions.Read(unit, new UnitFile([new UnitOption("X-Fleet", "MachineMetadata", text, 1, 1)]), out _);
        Assert.All(options.MachineMetadata, requirement => Assert.NotNull(requirement.IsMetBy(null).ToString() + requirement));
    }

    private static void ReadValue(string text)
    {
        _ = HealthCheck.TryParse(text, out _, out _);
        _ = SystemdSpan.TryParse(text, out _);
        _ = ImageReference.TryParse(text, out _);
        if (PathGlob.TryParse(text, out var glob, out _))
        {
            glob.IsMatch("web@1.service");
            glob.IsMatch(text);
        }
    }
}
