using System.Diagnostics;
using System.Management.Automation;
using HaWeb.Tools.PesterStandIn.Model;

namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>
/// The second phase of a file: every block's setup and tests, in the order in which they were found, each in the scopes that
/// Pester 5 gives them.
/// </summary>
internal sealed class FileRun(EngineScope scope, TestDrive drive, string file, PesterResult result, ITestReporter reporter)
{
    public void Run(TestBlock root) => RunBlock(root, string.Empty, 0);

    private void RunBlock(TestBlock block, string path, int depth)
    {
        if (!block.AllTests.Any())
        {
            return;
        }

        var before = drive.Remember();
        scope.InNewScope(() =>
        {
            scope.SetVariables(block.Data);
            var name = NameTemplate.Expand(block.Name, scope);
            var ownPath = block.Parent is null ? string.Empty : path.Length == 0 ? name : $"{path}.{name}";
            if (block.Parent is not null)
            {
                reporter.BlockStarts(name, depth);
            }
            else
            {
                scope.SetVariable("TestDrive", drive.Path);
            }

            RunInside(block, name, ownPath, depth);
        });
        drive.Restore(before);
    }

    private void RunInside(TestBlock block, string name, string path, int depth)
    {
        if (Try(block[TestSetup.BeforeAll]) is { } failure)
        {
            result.FailedBlocksCount++;
            reporter.Failed($"BeforeAll of {name}", depth, failure);
            FailAll(block, path, depth, failure);
        }
        else
        {
            foreach (var child in block.Children)
            {
                RunChild(child, path, block.Parent is null ? depth : depth + 1);
            }
        }

        if (Try(block[TestSetup.AfterAll]) is { } late)
        {
            result.FailedBlocksCount++;
            reporter.Failed($"AfterAll of {name}", depth, late);
        }
    }

    private void RunChild(TestNode child, string path, int depth)
    {
        if (child is TestBlock inner)
        {
            RunBlock(inner, path, depth);
        }
        else if (child is TestCase test)
        {
            RunTest(test, path, depth);
        }
    }

    private void RunTest(TestCase test, string path, int depth)
    {
        var watch = Stopwatch.StartNew();
        ErrorRecord? failure = null;
        var name = test.Name;
        scope.InNewScope(() =>
        {
            scope.SetVariables(test.Data);
            name = NameTemplate.Expand(test.Name, scope);
            failure = RunBody(test);
        });
        Report(name, path, depth, watch.Elapsed, failure);
    }

    /// <summary>Setup, body and clean-up share one scope; every clean-up runs, whatever failed before.</summary>
    private ErrorRecord? RunBody(TestCase test)
    {
        ErrorRecord? failure = null;
        foreach (var block in test.Parent!.FromRoot)
        {
            failure ??= Try(block[TestSetup.BeforeEach]);
        }

        failure ??= Try(() => scope.DotSource(test.Body, test.Data));
        foreach (var block in test.Parent.FromRoot.Reverse())
        {
            var late = Try(block[TestSetup.AfterEach]);
            failure ??= late;
        }

        return failure;
    }

    private void FailAll(TestBlock block, string path, int depth, ErrorRecord failure)
    {
        foreach (var test in block.AllTests)
        {
            Report(test.Name, path, depth + 1, TimeSpan.Zero, failure);
        }
    }

    private void Report(string name, string path, int depth, TimeSpan duration, ErrorRecord? failure)
    {
        var outcome = new PesterTestResult(path.Length == 0 ? name : $"{path}.{name}", file, failure is null, duration, failure);
        result.Add(outcome);
        reporter.TestEnds(name, depth, outcome);
    }

    private ErrorRecord? Try(ScriptBlock? body) => body is null ? null : Try(() => scope.DotSource(body));

    private static ErrorRecord? Try(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (RuntimeException failure)
        {
            return failure.ErrorRecord;
        }
    }
}
