using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using HaWeb.Runtime.Terminals;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>A terminal that a test types at and reads.</summary>
internal sealed class ScriptedTerminal : ITerminal
{
    private readonly Channel<string> _typed = Channel.CreateUnbounded<string>();
    private readonly Channel<TerminalSize> _resized = Channel.CreateUnbounded<TerminalSize>();
    private readonly StringBuilder _shown = new();

    public TerminalSize Size { get; private set; } = new(100, 30);

    public string Shown
    {
        get
        {
            lock (_shown)
            {
                return _shown.ToString();
            }
        }
    }

    public void Type(string text) => Assert.True(_typed.Writer.TryWrite(text));

    public void Resize(TerminalSize size)
    {
        Size = size;
        Assert.True(_resized.Writer.TryWrite(size));
    }

    public Task ResizedAsync(CancellationToken cancellationToken) => _resized.Reader.ReadAsync(cancellationToken).AsTask();

    public async Task<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetBytes(await _typed.Reader.ReadAsync(cancellationToken), buffer);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_shown)
        {
            _shown.Append(Encoding.UTF8.GetString(bytes));
        }
    }

    /// <summary>Waits until it shows a text.</summary>
    public async Task ShowsAsync(string text, CancellationToken cancellationToken)
    {
        for (var patience = Stopwatch.StartNew(); !Shown.Contains(text, StringComparison.Ordinal);)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), $"'{text}' does not come after: {Shown}");
            await Task.Delay(5, cancellationToken);
        }
    }
}
