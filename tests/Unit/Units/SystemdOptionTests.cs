using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

/// <summary>The options of systemd itself, by name: none of them is ignored in silence.</summary>
public sealed class SystemdOptionTests
{
    private const string Systemd = "/lib/systemd/systemd";

    private static readonly JsonSerializerOptions Json = new() { ReferenceHandler = ReferenceHandler.IgnoreCycles };

    // For people to read.
    private static readonly string[] Quiet = ["Documentation"];

    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["Type"] = "oneshot",
        ["Restart"] = "on-failure",
        ["KillMode"] = "mixed",
        ["KillSignal"] = "SIGINT",
        ["RemainAfterExit"] = "yes",
        ["Environment"] = "A=b",
        ["EnvironmentFile"] = "/etc/environment",
        ["PassEnvironment"] = "PATH",
        ["UnsetEnvironment"] = "PATH",
        ["WorkingDirectory"] = "/srv",
        ["UMask"] = "0077",
        ["StandardOutput"] = "null",
        ["StandardError"] = "null",
        ["User"] = "nobody",
        ["Group"] = "nogroup",
        ["SyslogIdentifier"] = "web",
        ["Description"] = "x",
    };

    public static TheoryData<string, string> Options
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (section, key) in Read(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Units", "systemd-252-options.txt"))))
            {
                data.Add(section, key);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_is_acted_on_or_named_in_a_warning(string section, string key)
    {
        var before = Check("");
        var check = Check($"\n[{section}]\n{key}={ValueOf(section, key)}\n");

        var about = check.Problems.Where(problem => problem.Key == key && problem.Section == section).ToList();
        Assert.True(about.Count > 0 || Quiet.Contains(key) || Dump(before) != Dump(check), $"{key} in [{section}] is ignored in silence.");
        Assert.All(about, problem => Assert.Equal(ProblemSeverity.Warning, problem.Severity));
        Assert.All(about, problem => Assert.DoesNotContain("no option", problem.Message));
    }

    [Fact]
    public void The_options_are_those_of_the_systemd_on_this_machine()
    {
        Assert.SkipUnless(File.Exists(Systemd) && Run("--version").StartsWith("systemd 252", StringComparison.Ordinal), "This machine has no systemd 252.");

        var own = Read(Run("--dump-configuration-items").Split('\n')).Where(option => option.Section is "Unit" or "Service" or "Install");

        Assert.Equal(own.Distinct().Order(), Options.Select(row => (row.Data.Item1, row.Data.Item2)).Order());
    }

    [Fact]
    public void Options_of_later_versions_are_warned_of_not_taken_for_slips()
    {
        var check = Check("\nRestartSteps=5\nRestartMaxDelaySec=1min\nSomethingOfTheYear2040=1\n[Unit]\nUpholds=a.service\n");

        Assert.All(check.Problems, problem => Assert.Equal(ProblemSeverity.Warning, problem.Severity));
        Assert.Equal(["RestartSteps", "RestartMaxDelaySec", "SomethingOfTheYear2040", "Upholds"], check.Problems.Select(problem => problem.Key));
    }

    private static UnitCheck Check(string more) =>
        UnitLinter.Check(UnitName.Parse("web.service"), "[Service]\nExecStart=/usr/bin/docker run -p 80:80 nginx\n" + more);

    private static string ValueOf(string section, string key) => Values.TryGetValue(key, out var value) ? value
        : key == "ExecStart" ? "\nExecStart=/bin/true"
        : key.StartsWith("Exec", StringComparison.Ordinal) ? "/bin/true"
        : section == "Unit" && !key.StartsWith("StartLimit", StringComparison.Ordinal) ? "other.service"
        : "7";

    /// <summary>Everything that the file says, but not the file itself.</summary>
    private static string Dump(UnitCheck check)
    {
        Assert.NotNull(check.Definition);
        var dump = JsonSerializer.SerializeToNode(check.Definition, Json)!.AsObject();
        foreach (var key in new[] { nameof(UnitDefinition.File), nameof(UnitDefinition.Hash), nameof(UnitDefinition.RunHash) })
        {
            Assert.True(dump.Remove(key));
        }

        return dump.ToJsonString();
    }

    private static IEnumerable<(string Section, string Key)> Read(IEnumerable<string> lines)
    {
        var section = "";
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            if (line[0] == '[')
            {
                section = line.Trim('[', ']');
            }
            else
            {
                yield return (section, line.Split('=')[0]);
            }
        }
    }

    private static string Run(string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(Systemd, argument) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
