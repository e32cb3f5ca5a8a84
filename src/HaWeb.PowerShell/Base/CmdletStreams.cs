using System.Management.Automation;
using System.Threading.Channels;

namespace HaWeb.PowerShell.Base;

/// <summary>
/// How the work of a cmdlet, which runs on any thread, talks to PowerShell. Writing waits while the pipeline is behind, so that a fast source does not pile up
/// in memory, and ends with <see cref="OperationCanceledException"/> once nobody listens.
/// </summary>
public sealed class CmdletStreams
{
    private const int Capacity = 256;

    private readonly Channel<StreamRecord> _records =
        Channel.CreateBounded<StreamRecord>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    internal CmdletStreams(CancellationToken cancellationToken) => CancellationToken = cancellationToken;

    /// <summary>Cancelled when the pipeline is stopped, or needs no more output.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Writes an object to the pipeline.</summary>
    public ValueTask WriteAsync(object value) => SendAsync(new StreamRecord.Output(value));

    /// <summary>Writes an object, for callbacks that cannot await: it blocks their thread while the pipeline is behind.</summary>
    public void Write(object value) => WriteAsync(value).AsTask().GetAwaiter().GetResult();

    /// <summary>Writes a non-terminating error.</summary>
    public ValueTask WriteErrorAsync(CommandError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return SendAsync(new StreamRecord.Error(error.ToErrorRecord()));
    }

    /// <summary>Writes a warning.</summary>
    public ValueTask WriteWarningAsync(string text) => SendAsync(new StreamRecord.Warning(text));

    /// <summary>Warns that the store cannot be followed, or says that it can again; for callbacks that cannot await.</summary>
    /// <param name="reason">Why it cannot; null once it can.</param>
    public void WriteInterruption(string? reason) => SendAsync(reason is null
        ? new StreamRecord.Verbose("The store can be followed again.")
        : new StreamRecord.Warning($"The store cannot be followed: {reason} What is shown is the last that is known; this goes on when it answers."))
        .AsTask().GetAwaiter().GetResult();

    /// <summary>Writes what -Verbose shows.</summary>
    public ValueTask WriteVerboseAsync(string text) => SendAsync(new StreamRecord.Verbose(text));

    /// <summary>Writes to the information stream.</summary>
    public ValueTask WriteInformationAsync(string text, string tag) => SendAsync(new StreamRecord.Information(text, tag));

    /// <summary>Shows how far the work is; the cmdlet closes it when the work ends.</summary>
    /// <param name="activity">What is done.</param>
    /// <param name="status">Where it is.</param>
    /// <param name="percent">How much is done, 0 to 100, or -1 when that is not known.</param>
    public ValueTask WriteProgressAsync(string activity, string status, int percent = -1) =>
        SendAsync(new StreamRecord.Progress(new ProgressRecord(0, activity, status) { PercentComplete = percent }));

    /// <summary>Asks whether a change shall be made: -WhatIf and -Confirm answer.</summary>
    /// <param name="change">The change on one line, which -WhatIf prints.</param>
    public async Task<Consent> ShouldProcessAsync(string change)
    {
        var reason = ShouldProcessReason.None;
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(new StreamRecord.Question(cmdlet => cmdlet.ShouldProcess(change, change + "?", "HaWeb", out reason), answer));
        return await answer.Task.WaitAsync(CancellationToken) ? Consent.Given : reason == ShouldProcessReason.WhatIf ? Consent.WhatIf : Consent.Refused;
    }

    /// <summary>Waits for the next record; null when there will be none.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is stopped.</exception>
    internal StreamRecord? Take()
    {
        StreamRecord? record;
        while (!_records.Reader.TryRead(out record) && _records.Reader.WaitToReadAsync(CancellationToken).AsTask().GetAwaiter().GetResult())
        {
        }

        return record;
    }

    /// <summary>Says that the work has ended.</summary>
    internal void Complete() => _records.Writer.Complete();

    private ValueTask SendAsync(StreamRecord record) => _records.Writer.WriteAsync(record, CancellationToken);
}
