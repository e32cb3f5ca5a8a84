using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using HaWeb.Tools.PesterStandIn.Model;

namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>Shows a run on the host: every test when detailed, else only what failed.</summary>
internal sealed class HostReporter(PSHostUserInterface ui, PesterOutput output) : ITestReporter
{
    public void FileStarts(string file)
    {
        if (output != PesterOutput.None)
        {
            ui.WriteLine($"Running tests from '{file}'");
        }
    }

    public void BlockStarts(string name, int depth)
    {
        if (output == PesterOutput.Detailed)
        {
            ui.WriteLine(Indent(depth) + name);
        }
    }

    public void TestEnds(string name, int depth, PesterTestResult result)
    {
        if (output == PesterOutput.None || (result.Passed && output != PesterOutput.Detailed))
        {
            return;
        }

        var time = string.Create(CultureInfo.InvariantCulture, $"{result.Duration.TotalMilliseconds:0}ms");
        var shown = output == PesterOutput.Detailed ? name : result.ExpandedPath;
        ui.WriteLine($"{Indent(depth)}[{(result.Passed ? '+' : '-')}] {shown} {time}");
        if (result.ErrorRecord is { } error)
        {
            Explain(error, depth);
        }
    }

    public void Failed(string what, int depth, ErrorRecord error)
    {
        if (output != PesterOutput.None)
        {
            ui.WriteLine($"{Indent(depth)}[-] {what} failed");
            Explain(error, depth);
        }
    }

    public void RunEnds(PesterResult result)
    {
        if (output == PesterOutput.None)
        {
            return;
        }

        var seconds = result.Duration.TotalSeconds;
        ui.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Tests completed in {seconds:0.00}s"));
        ui.WriteLine($"Tests Passed: {result.PassedCount}, Failed: {result.FailedCount}");
        if (result.FailedBlocksCount + result.FailedContainersCount > 0)
        {
            ui.WriteLine($"Blocks failed: {result.FailedBlocksCount}, files failed: {result.FailedContainersCount}");
        }
    }

    private static string Indent(int depth) => new(' ', (depth + 1) * 2);

    private void Explain(ErrorRecord error, int depth)
    {
        var inner = Indent(depth + 1);
        foreach (var line in error.ToString().Split('\n'))
        {
            ui.WriteLine(inner + line.TrimEnd());
        }

        // Frames without a file are this module's own.
        var frames = (error.ScriptStackTrace ?? string.Empty).Split('\n').Where(frame => !frame.Contains("<No file>", StringComparison.Ordinal));
        foreach (var frame in frames)
        {
            ui.WriteLine(inner + frame.TrimEnd());
        }
    }
}
