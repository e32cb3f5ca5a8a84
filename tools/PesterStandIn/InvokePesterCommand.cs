using System.Diagnostics;
using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Model;
using HaWeb.Tools.PesterStandIn.Running;

namespace HaWeb.Tools.PesterStandIn;

/// <summary>Runs the files named <c>*.Tests.ps1</c> in the paths.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Pester")]
[OutputType(typeof(PesterResult))]
public sealed class InvokePesterCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    public string[] Path { get; set; } = ["."];

    [Parameter]
    public PesterOutput Output { get; set; } = PesterOutput.Normal;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void EndProcessing()
    {
        var watch = Stopwatch.StartNew();
        var result = new PesterResult();
        var reporter = new HostReporter(Host.UI, Output);
        foreach (var file in TestFiles())
        {
            reporter.FileStarts(file);
            RunFile(file, result, reporter);
        }

        result.Duration = watch.Elapsed;
        reporter.RunEnds(result);
        if (PassThru)
        {
            WriteObject(result);
        }
    }

    private void RunFile(string file, PesterResult result, HostReporter reporter)
    {
        var engine = (EngineIntrinsics)SessionState.PSVariable.GetValue("ExecutionContext");
        var scope = new EngineScope(engine);
        using var drive = new TestDrive(SessionState);
        try
        {
            var script = (ExternalScriptInfo)InvokeCommand.GetCommand(file, CommandTypes.ExternalScript);
            var root = Discovery.Of(script.ScriptBlock, System.IO.Path.GetFileName(file), scope);
            new FileRun(scope, drive, file, result, reporter).Run(root);
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (RuntimeException failure)
        {
            result.FailedContainersCount++;
            reporter.Failed($"Discovery in {file}", 0, failure.ErrorRecord);
        }
    }

    private IEnumerable<string> TestFiles()
    {
        var found = Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)).SelectMany(path =>
            Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.Tests.ps1", SearchOption.AllDirectories) : [path]);
        return found.Distinct().Order(StringComparer.Ordinal);
    }
}
