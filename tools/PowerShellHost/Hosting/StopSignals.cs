using System.Runtime.InteropServices;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>
/// Turns SIGINT (Ctrl+C) and SIGTERM into a stop of the running pipeline, after which the host ends. A second signal
/// ends the process at once, and so does one that comes while nothing runs.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly HostSession _session;
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals(HostSession session)
    {
        _session = session;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, 130, isInterrupt: true)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, 143, isInterrupt: false)),
        ];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context, int exitCode, bool isInterrupt)
    {
        if (_session.TryStop(exitCode, isInterrupt))
        {
            context.Cancel = true;
            return;
        }

        Environment.Exit(exitCode);
    }
}
