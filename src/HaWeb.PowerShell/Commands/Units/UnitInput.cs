using System.Management.Automation;
using System.Text;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>What a pipeline brings for a command to read: bytes as they are, anything else as lines of text.</summary>
internal sealed class UnitInput
{
    private readonly List<byte> _bytes = [];
    private bool _isGiven;

    /// <summary>The bytes; null when the pipeline brought nothing.</summary>
    public byte[]? Bytes => _isGiven ? [.. _bytes] : null;

    /// <summary>Takes an object.</summary>
    public void Add(object? value)
    {
        _isGiven = true;
        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case byte one:
                _bytes.Add(one);
                break;
            case byte[] many:
                _bytes.AddRange(many);
                break;
            default:
                _bytes.AddRange(Encoding.UTF8.GetBytes(value + "\n"));
                break;
        }
    }
}
