using System.Diagnostics;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units.Fuzz;

/// <summary>Files as long as they may be, all of one thing: reading them takes time in proportion, not its square, and their problems fit a screen.</summary>
public sealed class LongTextTests
{
    private const string Start = "[Service]\nExecStart=";

    // A second or less on an idle machine; what is quadratic takes minutes.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(Start, "\\q ")]
    [InlineData(Start, "%Z ")]
    [InlineData(Start, "$A; ")]
    [InlineData(Start, "a ; ")]
    [InlineData(Start, "docker x ; ")]
    [InlineData(Start + "docker run ", "-e A=b ")]
    [InlineData(Start + "docker run ", "--frob ")]
    [InlineData(Start + "docker run ", "\\\n")]
    [InlineData(Start + "docker run ", "\\\n-e A ")]
    [InlineData(Start, "\"")]
    [InlineData(Start, "\\")]
    [InlineData(Start, "%n")]
    [InlineData("[Service]\nEnvironment=A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nExecStart=/bin/echo ", "${A}")]
    [InlineData("[Service]\nEnvironment=", "A=b ")]
    [InlineData("[Service]\n", "Environment=A=b\n")]
    [InlineData("[Service]\n", "ExecStart=docker run x\n")]
    [InlineData("[Service]\n", "TimeoutStopSec=5\n")]
    [InlineData("[Service]\n", "TimeoutStopSec=x\n")]
    [InlineData("[Service]\n", "Somethin=\n")]
    [InlineData("[Service]\n", "LimitNOFILE=1\n")]
    [InlineData("[Service]\n", "x\n")]
    [InlineData("[Service]\nSuccessExitStatus=", "300 ")]
    [InlineData("", "[a]\nb=\n")]
    [InlineData("", "[")]
    [InlineData("", "\n")]
    [InlineData("[X-Fleet]\nConflicts=", "a* ")]
    [InlineData("[X-Fleet]\nConflicts=", "*a")]
    [InlineData("[X-Fleet]\nMachineOf=b.service\nConflicts=", "a.service ")]
    [InlineData("[X-Fleet]\n", "MachineOf=b.service\nConflicts=a*\n")]
    [InlineData("[X-Fleet]\n", "MachineID=a\n")]
    [InlineData("[X-Fleet]\nMachineMetadata=", "a=b ")]
    [InlineData("[X-Fleet]\nMachineMetadata=", "a!=b ")]
    [InlineData("[X-Fleet]\n", "MachineMetadata=a exists\n")]
    [InlineData("[X-Fleet]\nMachineMetadata=a in (b", ",b")]
    [InlineData("[X-HaWeb]\n", "Weight=1\n")]
    [InlineData("[X-HaWeb]\nLoadBalancer=a\n", "Location=/a b\n")]
    [InlineData("[X-HaWeb]\nLoadBalancer=a\n", "RequestHeader=A: b\n")]
    [InlineData("[X-HaWeb]\nLoadBalancer=a\nServerName=", "a ")]
    [InlineData("[X-HaWeb]\nLoadBalancer=a\nListen=", "80 ")]
    [InlineData("[X-HaWeb]\nHealthInterval=", "1s ")]
    public void A_file_of_a_mebibyte_is_through_in_a_moment(string start, string repeated)
    {
        var text = start + string.Concat(Enumerable.Repeat(repeated, (UnitFile.MaxBytes - start.Length) / repeated.Length));
        var watch = Stopwatch.StartNew();

        var check = UnitLinter.Check(UnitName.Parse("web@1.service"), text);

        Assert.True(watch.Elapsed < Longest, $"It took {watch.Elapsed}.");
        Assert.InRange(check.Problems.Count, 0, 1100);
        Assert.Equal(check.Definition is null, check.Problems.Any(problem => problem.Severity == ProblemSeverity.Error));
    }

    [Fact]
    public void Distinct_names_are_through_as_soon()
    {
        var watch = Stopwatch.StartNew();

        foreach (var make in new Func<int, string>[]
        {
            i => $"Unknown{i}=1\n", i => $"ExecStart{i}=1\n", i => $"[X-{i}]\na=b\n", i => $"Environment=A{i}=b\n", i => $"[X-Fleet]\nMachineOf=a{i}.service\nConflicts=b{i}.service\n",
            i => $"[X-Fleet]\nMachineMetadata=a{i}=b\n", i => $"[X-HaWeb]\nLoadBalancer=b\nLocation=/a{i} b\n",
        })
        {
            UnitLinter.Check(UnitName.Parse("web@1.service"), "[Service]\n" + string.Concat(Enumerable.Range(0, 15_000).Select(make)));
        }

        Assert.True(watch.Elapsed < Longest, $"It took {watch.Elapsed}.");
    }

    [Theory]
    [InlineData("{1..1}")]
    [InlineData("{1..2}")]
    [InlineData("{a,")]
    [InlineData("a")]
    [InlineData("{1..9999}")]
    public void Braces_make_no_more_than_they_may(string repeated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        BraceExpansion.TryExpand(string.Concat(Enumerable.Repeat(repeated, 100_000)), out _, out _);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256L * 1024 * 1024);
    }

    [Fact]
    public void Variables_do_not_multiply_beyond_what_a_command_may_have()
    {
        var value = string.Concat(Enumerable.Repeat("x ", 100_000));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var check = UnitLinter.Check(
            UnitName.Parse("web.service"), $"[Service]\nEnvironment=\"A={value}\"\nExecStart=/usr/bin/docker run {string.Concat(Enumerable.Repeat("$A ", 100_000))}\n");

        Assert.Contains(check.Problems, problem => problem.Message.Contains("variables", StringComparison.Ordinal));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512L * 1024 * 1024);
    }

    [Fact]
    public void A_template_has_room_for_an_instance()
    {
        Assert.False(UnitName.TryParse(new string('a', 247) + "@.service", out _, out _));
        Assert.True(UnitName.TryParse(new string('a', 246) + "@.service", out var name, out _));
        Assert.Equal(256, name!.WithInstance("1").FullName.Length);
    }
}
