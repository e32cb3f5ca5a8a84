using System.Globalization;

namespace HaWeb.Core.Units;

/// <summary>Linux's signals by name and number.</summary>
public static class SignalName
{
    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>Reads <c>SIGTERM</c>, <c>TERM</c> or <c>15</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The signal's number.</param>
    public static bool TryParse(string text, out int number)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return number is > 0 and <= 64;
        }

        number = Array.IndexOf(Names, text.StartsWith("SIG", StringComparison.Ordinal) ? text[3..] : text);
        return number > 0;
    }

    /// <summary>What to write instead of what is no signal.</summary>
    internal static string Suggest(string text) =>
        Nearest.Find(text, Names.Skip(1).SelectMany(name => new[] { "SIG" + name, name }), Nearest.SlipOf(text)) is { } meant ? Nearest.Ask(meant) : "Write for example SIGTERM.";

    /// <summary>The name of a signal, <c>SIGTERM</c>; the number where it has none.</summary>
    public static string Of(int number) =>
        number > 0 && number < Names.Length ? "SIG" + Names[number] : number.ToString(CultureInfo.InvariantCulture);
}
