using System.Management.Automation;
using HaWeb.Tools.PowerShellHost.Hosting;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>Renders objects with the engine's own formatting: one string, or with -Stream a string for each line.</summary>
[Cmdlet(VerbsData.Out, "String", DefaultParameterSetName = "Text")]
[OutputType(typeof(string))]
public sealed class OutStringCommand : FrontEndCommandBase
{
    private readonly StringWriter _text = new();

    [Parameter(ParameterSetName = "Stream")]
    public SwitchParameter Stream { get; set; }

    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; } = int.MaxValue;

    [Parameter(ParameterSetName = "Text")]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
        EngineInternals.RenderTo(this, _text, Width);
        base.BeginProcessing();
    }

    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        WriteLines();
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (Stream)
        {
            WriteLines();
        }
        else
        {
            var text = ConsoleStyle.Plain(_text.ToString());
            WriteObject(NoNewline ? text.Replace(Environment.NewLine, string.Empty, StringComparison.Ordinal) : text);
        }
    }

    private void WriteLines()
    {
        if (!Stream)
        {
            return;
        }

        using var lines = new StringReader(_text.ToString());
        while (lines.ReadLine() is { } line)
        {
            WriteObject(ConsoleStyle.Plain(line));
        }

        _text.GetStringBuilder().Clear();
    }
}
