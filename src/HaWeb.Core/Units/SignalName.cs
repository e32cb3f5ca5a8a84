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

    // glibc keeps the first two of the kernel's for itself.
    private const int FirstRealTime = 34;
    private const int Last = 64;

    /// <summary>Reads <c>SIGTERM</c>, <c>TERM</c>, <c>15</c>, <c>SIGRTMIN+3</c> or <c>RTMAX-1</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The signal's number.</param>
    public static bool TryParse(string text, out int number)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return number is > 0 and <= Last;
        }

        var name = text.StartsWith("SIG", StringComparison.Ordinal) ? text[3..] : text;
        number = RealTime(name, "RTMIN", FirstRealTime, '+') ?? RealTime(name, "RTMAX", Last, '-') ?? Array.IndexOf(Names, name);
        return number > 0;
    }

    /// <summary>What to write instead of what is no signal.</summary>
    internal static string Suggest(string text) =>
        Nearest.Find(text, Names.Skip(1).SelectMany(name => new[] { "SIG" + name, name }), Nearest.SlipOf(text)) is { } meant ? Nearest.Ask(meant) : "Write for example SIGTERM.";

    private static int? RealTime(string name, string from, int first, char sign)
    {
        if (!name.StartsWith(from, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = name[from.Length..];
        return rest.Length == 0 ? first
            : rest[0] == sign && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var steps) && steps <= Last - FirstRealTime
                ? sign == '+' ? first + steps : first - steps
            : null;
    }

    /// <summary>The name of a signal, <c>SIGTERM</c>; the number where it has none.</summary>
    public static string Of(int number) =>
        number > 0 && number < Names.Length ? "SIG" + Names[number] : number.ToString(CultureInfo.InvariantCulture);
}
