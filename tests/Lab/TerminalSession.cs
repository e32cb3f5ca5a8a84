using System.Diagnostics;
using System.Text;
using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>Somebody who sits at a terminal where PowerShell runs a script.</summary>
internal sealed class TerminalSession : IAsyncDisposable
{
    private readonly LabClient _client;
    private readonly Process _process;
    private readonly StringBuilder _unread = new();

    /// <summary>Sits down.</summary>
    public TerminalSession(LabClient client, string script, int rows, int columns)
    {
        _client = client;
        _process = client.StartPowerShellAtTerminal(script, rows, columns);
    }

    /// <summary>Types.</summary>
    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until the terminal shows a text, after what was waited for before; gives what it has shown up to there.</summary>
    public async Task<string> ShowsAsync(string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(LabFixture.Soon);
        var buffer = new char[4096];
        int at;
        while ((at = _unread.ToString().IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            var count = 0;
            try
            {
                count = await _process.StandardOutput.ReadAsync(buffer, limit.Token);
            }
            catch (OperationCanceledException)
            {
                // It is said below.
            }

            Assert.True(count > 0, $"The terminal does not show '{text}', but:\n{_unread}");
            _unread.Append(buffer, 0, count);
        }

        var shown = _unread.ToString(0, at);
        _unread.Remove(0, at + text.Length);
        return shown;
    }

    /// <summary>Gives a terminal another size.</summary>
    public async Task ResizeAsync(string terminal, int rows, int columns)
    {
        var result = await _client.RunAsync(["stty", "-F", terminal, "rows", $"{rows}", "columns", $"{columns}"], LabFixture.Soon);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    /// <summary>Waits until the script has ended; gives its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Goes away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
