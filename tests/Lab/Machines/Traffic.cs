using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>Requests that go on while a test does something else. Ends when it is stopped or disposed.</summary>
public sealed class Traffic : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _lock = new();
    private readonly List<RequestOutcome> _outcomes = [];
    private TaskCompletionSource _changed = NewSignal();

    internal Traffic(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>How the requests that have ended so far ended, in the order of ending.</summary>
    public IReadOnlyList<RequestOutcome> Outcomes
    {
        get
        {
            lock (_lock)
            {
                return [.. _outcomes];
            }
        }
    }

    /// <summary>Waits until a request that was sent after now ends as wished, and gives it.</summary>
    /// <exception cref="LabException">None did within the limit, or the requests came to their end.</exception>
    public async Task<RequestOutcome> NextAsync(Func<RequestOutcome, bool> wish, TimeSpan limit)
    {
        var now = DateTimeOffset.UtcNow;
        var seen = 0;
        using var timer = new CancellationTokenSource(limit);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                for (; seen < _outcomes.Count; seen++)
                {
                    if (_outcomes[seen].Sent >= now && wish(_outcomes[seen]))
                    {
                        return _outcomes[seen];
                    }
                }

                changed = _changed.Task;
            }

            if (_reading.IsCompleted)
            {
                throw new LabException("The requests came to their end before one ended as wished.");
            }

            try
            {
                await changed.WaitAsync(timer.Token);
            }
            catch (OperationCanceledException)
            {
                throw new LabException($"No request ended as wished within {limit.TotalSeconds:0.#} s.");
            }
        }
    }

    /// <summary>Waits until all requests are sent and have ended.</summary>
    /// <exception cref="LabException">They were not within the limit.</exception>
    public async Task EndAsync(TimeSpan limit)
    {
        try
        {
            await _reading.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new LabException($"The requests did not end within {limit.TotalSeconds:0.#} s.");
        }
    }

    /// <summary>Stops sending, waits for the answers that are still to come, and gives all outcomes.</summary>
    public async Task<IReadOnlyList<RequestOutcome>> StopAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            await _reading;
        }

        return Outcomes;
    }

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Add(RequestOutcome.Parse(line));
        }

        await _process.WaitForExitAsync();
        Signal();
    }

    private void Add(RequestOutcome outcome)
    {
        lock (_lock)
        {
            _outcomes.Add(outcome);
        }

        Signal();
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }
}
