using System.Management.Automation;
using System.Management.Automation.Internal;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>Where colour codes may go, and what takes them out of a text.</summary>
internal static class ConsoleStyle
{
    private static readonly bool TerminalHasColours =
        Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static bool OutputTakesColour { get; } = TerminalHasColours && !Console.IsOutputRedirected;

    public static bool ErrorTakesColour { get; } = TerminalHasColours && !Console.IsErrorRedirected;

    public static string Plain(string text) =>
        text.Contains('\e', StringComparison.Ordinal) ? new StringDecorated(text).ToString(OutputRendering.PlainText) : text;

    public static string Colour(string text, ConsoleColor foreground, ConsoleColor background, ConsoleRawUserInterface raw)
    {
        var front = foreground == raw.ForegroundColor ? string.Empty : PSStyle.MapForegroundColorToEscapeSequence(foreground);
        var back = background == raw.BackgroundColor ? string.Empty : PSStyle.MapBackgroundColorToEscapeSequence(background);
        return front.Length + back.Length == 0 ? text : $"{front}{back}{text}{PSStyle.Instance.Reset}";
    }
}
