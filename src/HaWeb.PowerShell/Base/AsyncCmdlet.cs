using System.Management.Automation;

namespace HaWeb.PowerShell.Base;

/// <summary>
/// A cmdlet whose work is asynchronous. <see cref="Run"/> runs it off the pipeline's thread and says there what it has to say. It ends within a second on
/// Ctrl+C, when the pipeline needs no more (<c>Select-Object -First</c>), and when a later command fails; no exception leaves it but as a typed error.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    // A call into a library that does not hear of its cancellation must not hold the prompt.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    private readonly CancellationTokenSource _stopping = new();
    private bool _isDisposed;

    /// <summary>Cancelled when the pipeline is stopped and when the cmdlet is disposed of.</summary>
    protected CancellationToken StopToken { get; }

    /// <summary>Makes one.</summary>
    protected AsyncCmdlet() => StopToken = _stopping.Token;

    /// <summary>Whether nothing shall be changed. Ask on the pipeline's thread.</summary>
    protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _stopping.Cancel();
            CleanUp();
            _stopping.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _ = _stopping.CancelAsync();

    /// <summary>Ends what lives longer than one <see cref="Run"/>. Called once, on every way out.</summary>
    protected virtual void CleanUp()
    {
    }

    /// <summary>What comes after every work, also when it failed.</summary>
    /// <param name="streams">Where to tell.</param>
    protected virtual Task FinishAsync(CmdletStreams streams) => Task.CompletedTask;

    /// <summary>Runs work off the pipeline's thread and returns when it has ended.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="PipelineStoppedException">The work failed (the error is written), or the pipeline was stopped.</exception>
    protected void Run(Func<CmdletStreams, Task> work)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        var streams = new CmdletStreams(cancellation.Token);
        var running = Task.Run(() => RunToEndAsync(work, streams), CancellationToken.None);
        Exception? failure = null;
        try
        {
            Pump(streams);
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            cancellation.Cancel();
            if (running.Wait(Patience))
            {
                failure = running.Result;
            }
        }

        if (failure is not null && !StopToken.IsCancellationRequested)
        {
            ThrowTerminatingError(CommandError.From(failure).ToErrorRecord());
        }
    }

    /// <summary>Does something on the pipeline's thread that may fail with a typed error.</summary>
    protected T Guard<T>(Func<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        try
        {
            return step();
        }
        catch (Exception exception) when (exception is not RuntimeException)
        {
            ThrowTerminatingError(CommandError.From(exception).ToErrorRecord());
            throw;
        }
    }

    private async Task<Exception?> RunToEndAsync(Func<CmdletStreams, Task> work, CmdletStreams streams)
    {
        try
        {
            try
            {
                await work(streams);
            }
            finally
            {
                await FinishAsync(streams);
            }

            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
        finally
        {
            streams.Complete();
        }
    }

    private void Pump(CmdletStreams streams)
    {
        string? activity = null;
        while (streams.Take() is { } record)
        {
            record.Send(this);
            activity = record is StreamRecord.Progress { Record.Activity: var shown } ? shown : activity;
        }

        if (activity is not null)
        {
            WriteProgress(new ProgressRecord(0, activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
