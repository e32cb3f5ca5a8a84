namespace HaWeb.Runtime.Terminals;

/// <summary>A terminal that hands on every key as it is typed and shows every byte as it comes.</summary>
public interface ITerminal
{
    /// <summary>Its size in characters.</summary>
    TerminalSize Size { get; }

    /// <summary>Waits until it has another size.</summary>
    Task ResizedAsync(CancellationToken cancellationToken);

    /// <summary>Waits for keys and gives what they send: how many bytes, 0 when there will be none.</summary>
    Task<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken);

    /// <summary>Shows bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}
