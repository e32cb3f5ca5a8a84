using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>
/// The progress of the running commands as the last line of the terminal. Nothing is shown where standard error is not a
/// terminal.
/// </summary>
internal sealed class ProgressLine
{
    private readonly List<(long Source, ProgressRecord Record)> _active = [];
    private bool _isShown;

    public void Show(long source, ProgressRecord record)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
        {
            return;
        }

        _active.RemoveAll(entry => entry.Source == source && entry.Record.ActivityId == record.ActivityId);
        Hide();
        if (record.RecordType == ProgressRecordType.Processing)
        {
            _active.Add((source, record));
        }

        if (_active.Count > 0)
        {
            Console.Error.Write(Fitting(_active[^1].Record));
            _isShown = true;
        }
    }

    public void Hide()
    {
        if (_isShown)
        {
            Console.Error.Write("\r\e[K");
            _isShown = false;
        }
    }

    private static string Fitting(ProgressRecord record)
    {
        var percent = record.PercentComplete >= 0 ? $" {record.PercentComplete}%" : string.Empty;
        var text = $"{record.Activity}: {record.StatusDescription} {record.CurrentOperation}".TrimEnd() + percent;
        var width = Math.Max(20, Console.WindowWidth - 1);
        return text.ReplaceLineEndings(" ") is var line && line.Length > width ? line[..width] : line;
    }
}
