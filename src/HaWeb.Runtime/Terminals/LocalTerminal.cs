using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace HaWeb.Runtime.Terminals;

/// <summary>The terminal that this process was started at, as long as this lives in raw mode. It is given back its settings on every way out.</summary>
public sealed class LocalTerminal : ITerminal, IDisposable
{
    private readonly byte[] _settings;
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly SemaphoreSlim _resized = new(0);
    private readonly PosixSignalRegistration? _resize;
    private readonly AnonymousPipeServerStream _wake = new(PipeDirection.Out);
    private int _isDisposed;

    private LocalTerminal(byte[] settings)
    {
        _settings = settings;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        _resize = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _resized.Release());
    }

    /// <inheritdoc/>
    public TerminalSize Size => new(Console.WindowWidth, Console.WindowHeight);

    /// <summary>Takes the terminal; null when input or output are redirected, or this is no Unix.</summary>
    public static LocalTerminal? TryOpen()
    {
        if (OperatingSystem.IsWindows() || !TerminalCalls.IsTerminal(TerminalCalls.Input) || !TerminalCalls.IsTerminal(TerminalCalls.Output)
            || TerminalCalls.GetSettings() is not { } settings)
        {
            return null;
        }

        var terminal = new LocalTerminal(settings);
        if (TerminalCalls.SetRaw(settings))
        {
            return terminal;
        }

        terminal.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public Task ResizedAsync(CancellationToken cancellationToken) => _resized.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        // The wait for a key ends only with a key, or with a byte in the pipe beside it.
        await using var waking = cancellationToken.Register(() => _wake.WriteByte(0)).ConfigureAwait(false);
        return await Task.Run(() => TerminalCalls.WaitForInput(_wake.ClientSafePipeHandle) ? TerminalCalls.Read(buffer) : 0, CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        TerminalCalls.SetSettings(_settings);
        _resize?.Dispose();
        _output.Dispose();
        _wake.Dispose();
        _resized.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => TerminalCalls.SetSettings(_settings);
}
