using System.Diagnostics;
using System.Management.Automation;
using HaWeb.Core.Storage;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class AsyncCmdletTests
{
    [Fact]
    public void Everything_written_off_the_pipelines_thread_arrives_in_order_and_on_it()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));

        var result = shell.Run(
            "Test-Work $args[0] | ForEach-Object { \"$_ on $([Threading.Thread]::CurrentThread.ManagedThreadId -eq $args[1])\" }",
            Work(async streams =>
            {
                await Task.Yield();
                await streams.WriteAsync("one");
                await streams.WriteWarningAsync("careful");
                await streams.WriteInformationAsync("told", "tag");
                await streams.WriteProgressAsync("Working", "half", 50);
                await streams.WriteErrorAsync(new CommandError("SomeId", ErrorCategory.InvalidData, "bad", "it", "mend it"));
                await streams.WriteAsync("two");
            }));

        Assert.Equal(2, result.Output.Count);
        Assert.StartsWith("one", (string)result.Output[0]);
        Assert.Equal(["careful"], result.Warnings);
        Assert.Equal(["told"], result.Information);
        var error = Assert.Single(result.Errors);
        Assert.Equal("SomeId", ShellResult.IdOf(error));
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Equal("it", error.TargetObject);
        Assert.Equal("mend it", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void A_source_that_is_faster_than_the_pipeline_loses_nothing()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));

        var result = shell.Run("Test-Work $args[0] | ForEach-Object { $_ + 1 }", Work(async streams =>
        {
            for (var i = 0; i < 2000; i++)
            {
                await streams.WriteAsync(i);
            }
        }));

        Assert.Equal(Enumerable.Range(1, 2000), result.All<int>());
    }

    [Fact]
    public async Task Select_first_leaves_no_loop_behind()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));
        var ended = new TaskCompletionSource();

        var result = shell.Run("Test-Work $args[0] | Select-TestFirst 3", Work(streams => ForeverAsync(streams, ended)));

        Assert.Equal([0, 1, 2], result.All<int>());
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_later_command_that_fails_ends_the_work()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));
        var ended = new TaskCompletionSource();

        var result = shell.Run("Test-Work $args[0] | ForEach-Object { throw 'enough' }", Work(streams => ForeverAsync(streams, ended)));

        Assert.Equal("enough", result.Terminating?.Exception.Message);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stopping_takes_less_than_a_second_whether_the_work_listens_or_not(bool listens)
    {
        using var shell = new TestShell(typeof(TestWorkCommand));
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var deaf = new TaskCompletionSource();
        using var command = shell.Create("Test-Work $args[0]", Work(async streams =>
        {
            running.SetResult();
            await (listens ? Task.Delay(Timeout.Infinite, streams.CancellationToken) : deaf.Task);
        }));
        var invocation = command.InvokeAsync();
        await running.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        var watch = Stopwatch.StartNew();
        command.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"Stopping took {watch.Elapsed}.");
        await Assert.ThrowsAsync<PipelineStoppedException>(() => invocation);
        deaf.SetResult();
    }

    [Fact]
    public async Task Stopping_ends_work_that_waits_for_a_slow_pipeline()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource();
        using var command = shell.Create(
            "$started = $args[1]; Test-Work $args[0] | ForEach-Object { $null = $started.TrySetResult(); [Threading.Thread]::Sleep(100) }",
            Work(streams => ForeverAsync(streams, ended)),
            started);
        var invocation = command.InvokeAsync();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        command.Stop();

        await Assert.ThrowsAsync<PipelineStoppedException>(() => invocation);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("", Consent.Given)]
    [InlineData("-WhatIf", Consent.WhatIf)]
    [InlineData("-Confirm:$false", Consent.Given)]
    public void The_answer_to_a_question_reaches_the_work(string arguments, Consent expected)
    {
        using var shell = new TestShell(typeof(TestWorkCommand));

        var result = shell.Run(
            $"Test-Work $args[0] {arguments}",
            Work(async streams => await streams.WriteAsync(await streams.ShouldProcessAsync("Do it"))));

        Assert.Equal(expected, result.Single<Consent>());
    }

    [Fact]
    public void A_failure_of_the_work_ends_the_statement()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));

        var result = shell.Run(
            "try { Test-Work $args[0]; 'not reached' } catch { $_.FullyQualifiedErrorId }",
            Work(_ => throw new CommandException(new CommandError("Gone", ErrorCategory.ObjectNotFound, "gone", null, "look"))));

        Assert.StartsWith("Gone,", result.Single<string>());
    }

    [Fact]
    public void A_typed_error_that_ends_the_work_keeps_its_parts()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));
        var error = new CommandError("NotConnected", ErrorCategory.ConnectionError, "no cluster", 7, "connect");

        var result = shell.Run("Test-Work $args[0]", Work(_ => throw new CommandException(error)));

        Assert.Equal("NotConnected", ShellResult.IdOf(result.Error));
        Assert.Equal(7, result.Error.TargetObject);
        Assert.Equal("connect", result.Error.ErrorDetails.RecommendedAction);
    }

    [Theory]
    [InlineData(StoreFailure.Unavailable, "StoreUnavailable", ErrorCategory.ConnectionError)]
    [InlineData(StoreFailure.Denied, "StoreDenied", ErrorCategory.AuthenticationError)]
    [InlineData(StoreFailure.TooLarge, "StoreLimitExceeded", ErrorCategory.LimitsExceeded)]
    [InlineData(StoreFailure.Refused, "StoreRefused", ErrorCategory.InvalidOperation)]
    public void A_failure_of_the_store_is_an_error_of_its_kind(StoreFailure failure, string id, ErrorCategory category)
    {
        using var shell = new TestShell(typeof(TestWorkCommand));

        var result = shell.Run("Test-Work $args[0]", Work(_ => throw new StoreException(failure, "http://10.0.0.1:2379 does not answer.")));

        Assert.Equal(id, ShellResult.IdOf(result.Error));
        Assert.Equal(category, result.Error.CategoryInfo.Category);
        Assert.Contains("10.0.0.1:2379", result.Error.ToString());
        Assert.NotEmpty(result.Error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Any_other_exception_is_a_typed_error_too()
    {
        using var shell = new TestShell(typeof(TestWorkCommand));

        var result = shell.Run("Test-Work $args[0]", Work(_ => throw new InvalidCastException("odd")));

        Assert.Equal("Unexpected", ShellResult.IdOf(result.Error));
        Assert.Contains("odd", result.Error.ToString());
        Assert.NotEmpty(result.Error.ErrorDetails.RecommendedAction);
    }

    private static async Task ForeverAsync(CmdletStreams streams, TaskCompletionSource ended)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await streams.WriteAsync(i);
            }
        }
        finally
        {
            ended.SetResult();
        }
    }

    private static Func<CmdletStreams, Task> Work(Func<CmdletStreams, Task> work) => work;
}
