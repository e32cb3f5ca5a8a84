using System.Runtime.InteropServices;

namespace HaWeb.Lab;

/// <summary>Ctrl+C, SIGTERM or another reason to come to an end, instead of ending at once.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _token = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    public StopRequest()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Request();
            }));
        }
    }

    public Task Requested => _requested.Task;

    public bool IsRequested => _requested.Task.IsCompleted;

    public CancellationToken Token => _token.Token;

    public void Request()
    {
        _requested.TrySetResult();
        _token.Cancel();
    }

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _token.Dispose();
    }
}
