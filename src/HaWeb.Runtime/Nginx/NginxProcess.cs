using System.Text.RegularExpressions;

namespace HaWeb.Runtime.Nginx;

/// <summary>A process of nginx's, as its title tells it.</summary>
/// <param name="Id">Its process id, as the engine's machine sees it.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="Kind">What it does.</param>
/// <param name="MainFile">The main config file that a master was started with, or null for nginx's own.</param>
internal sealed partial record NginxProcess(int Id, int Parent, NginxProcessKind Kind, string? MainFile = null)
{
    private const string Prefix = "nginx: ";

    /// <summary>Reads a title; null when the process is none of nginx's masters and workers.</summary>
    public static NginxProcess? TryParse(int id, int parent, string title)
    {
        if (!title.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var role = title.AsSpan(Prefix.Length);
        return role.StartsWith("master process", StringComparison.Ordinal) ? new NginxProcess(id, parent, NginxProcessKind.Master, MainFileOf(title))
            : role.StartsWith("worker process is shutting down", StringComparison.Ordinal) ? new NginxProcess(id, parent, NginxProcessKind.EndingWorker)
            : role.StartsWith("worker process", StringComparison.Ordinal) ? new NginxProcess(id, parent, NginxProcessKind.Worker)
            : null;
    }

    private static string? MainFileOf(string title) => MainFileForm().Match(title) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@" -c ?(/\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex MainFileForm();
}
