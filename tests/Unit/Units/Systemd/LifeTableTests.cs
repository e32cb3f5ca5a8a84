using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;
using HaWeb.Tests.Unit.Simulation;

namespace HaWeb.Tests.Unit.Units.Systemd;

/// <summary>
/// A unit comes to rest where systemd's does. The expected states are those that systemd 252's user manager told for the services of <c>Lives.cases</c>, whose
/// commands were processes that ended as it says in braces; <c>record.sh</c> recorded them in <c>Lives.recorded.json</c>.
/// </summary>
public sealed partial class LifeTableTests
{
    private const string Unit = "life.service";

    private static readonly IReadOnlyDictionary<string, SystemdCase> Cases = SystemdCase.Read("Lives.cases").ToDictionary(one => one.Name, StringComparer.Ordinal);

    private static readonly JsonElement Recorded = JsonDocument.Parse(File.ReadAllText(SystemdCase.PathOf("Lives.recorded.json"))).RootElement;

    private static readonly Dictionary<string, int> Signals = new(StringComparer.Ordinal)
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["KILL"] = 9,
        ["USR1"] = 10,
        ["SEGV"] = 11,
        ["PIPE"] = 13,
        ["TERM"] = 15,
    };

    // A shell tells of a process that has ended with 143 what it tells of one that SIGTERM has ended.
    public static TheoryData<string> OfProcesses => [.. Cases.Values.Where(one => !LikeASignal().IsMatch(one.Unit)).Select(one => one.Name)];

    // systemd sees docker's client, which exits with a code whatever has ended the container.
    public static TheoryData<string> OfContainers => [.. Cases.Values.Where(one => !one.Unit.Contains("{dies", StringComparison.Ordinal)).Select(one => one.Name)];

    [Fact]
    public void Every_case_has_been_recorded() => Assert.Equal(Cases.Keys, Recorded.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("name").GetString()!));

    [Theory]
    [MemberData(nameof(OfProcesses))]
    public void A_unit_of_processes_comes_to_rest_where_systemd_s_does(string name) => Play(name, program => $"/bin/{program}");

    [Theory]
    [MemberData(nameof(OfContainers))]
    public void A_unit_of_containers_comes_to_rest_where_systemd_s_does(string name) => Play(name, container => $"/usr/bin/docker run --name {container} image");

    private static void Play(string name, Func<string, string> lineOf)
    {
        var one = Cases[name];
        var expected = Recorded.GetProperty("cases").EnumerateArray().Single(recorded => recorded.GetProperty("name").GetString() == name);
        var ends = new Dictionary<string, long?>(StringComparer.Ordinal);
        var service = Command().Replace(one.Unit, command =>
        {
            var program = string.Create(CultureInfo.InvariantCulture, $"c{ends.Count}");
            ends.Add(program, EndOf(command));
            return lineOf(program);
        });
        var cluster = new Rehearsal(1, allowProcess: true);
        foreach (var program in ends.Keys)
        {
            // They end when this test says so.
            cluster["sim-1"].Processes.HangingCommands.Add($"/bin/{program}");
        }

        cluster.Do(new ImportUnits([new UnitSource(Unit, $"[Service]\n{service}RestartSec=1h\n")]));
        cluster.Do(new StartUnits([Unit]));
        Settle(cluster["sim-1"], cluster.World, ends);
        if (one.Remark.StartsWith("then stopped", StringComparison.Ordinal))
        {
            cluster.Do(new StopUnits([Unit]));
            Settle(cluster["sim-1"], cluster.World, ends);
        }

        var status = cluster.Status(Unit)!;
        Assert.Equal((Text("activestate"), Text("substate")), (status.Active, status.Sub));
        if (status.Active != "active")
        {
            Assert.Null(cluster["sim-1"].Docker.RunningOf(Unit));
            Assert.DoesNotContain(cluster["sim-1"].Processes.Runs, run => run.ExitCode is null);
        }

        string Text(string property) => expected.GetProperty(property).GetString()!;
    }

    /// <summary>Half a minute in which every command ends as it is to.</summary>
    private static void Settle(SimulatedMachine machine, SimulatedWorld world, Dictionary<string, long?> ends)
    {
        for (var i = 0; i < 300; i++)
        {
            world.RunFor(TimeSpan.FromMilliseconds(100));
            foreach (var container in machine.Docker.Containers.Where(container => container.Running).ToList())
            {
                if (ends[container.Name] is { } code)
                {
                    machine.Docker.End(container, code);
                }
            }

            foreach (var run in machine.Processes.Runs.Where(run => run.ExitCode is null).ToList())
            {
                if (ends[Path.GetFileName(run.Spec.Path)] is { } code)
                {
                    machine.Processes.End(run, code);
                }
            }
        }
    }

    private static long? EndOf(Match command) => (command.Groups["how"].Value, command.Groups["end"].Value) switch
    {
        ("exits", var code) => long.Parse(code, CultureInfo.InvariantCulture),
        ("dies", var signal) => 128 + Signals[signal],
        _ => null,
    };

    [GeneratedRegex(@"\{(?<how>[a-z]+) ?(?<end>\w*)\}")]
    private static partial Regex Command();

    [GeneratedRegex(@"\{exits 1[2-9]\d\}")]
    private static partial Regex LikeASignal();
}
