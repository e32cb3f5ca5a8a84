using System.Globalization;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>The variables that systemd sets for the commands after the start: systemd.exec(5), "Environment variables set".</summary>
internal static class ServiceVariables
{
    /// <summary><c>MAINPID</c>, of a unit that is a process.</summary>
    /// <param name="number">The number of its process; null when it has none.</param>
    public static IEnumerable<KeyValuePair<string, string>> OfProcess(int? number) =>
        number is { } known ? [new("MAINPID", known.ToString(CultureInfo.InvariantCulture))] : [];

    /// <summary><c>SERVICE_RESULT</c>, <c>EXIT_CODE</c> and <c>EXIT_STATUS</c>.</summary>
    /// <param name="end">How it ended; null while it runs.</param>
    /// <param name="service">What counts as success.</param>
    public static IEnumerable<KeyValuePair<string, string>> OfEnd(UnitEnd? end, ServiceOptions service)
    {
        yield return new("SERVICE_RESULT", end is null ? "success" : end.Result(service));
        if (end?.ExitCode is { } code)
        {
            yield return new("EXIT_CODE", end.IsSignal ? "killed" : "exited");
            yield return new("EXIT_STATUS", end.IsSignal ? NameOf((int)code - 128) : code.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string NameOf(int signal) => SignalName.Of(signal) is var name && name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
}
