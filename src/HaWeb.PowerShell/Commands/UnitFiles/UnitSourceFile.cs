using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>Unit files on the disk of the session.</summary>
internal static class UnitSourceFile
{
    /// <summary>Reads one.</summary>
    /// <exception cref="IOException">It cannot be read, or is too long for a unit file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static UnitSource Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder. Name the files in it: '{Path.Combine(path, "*.service")}'.");
        }

        return new FileInfo(path).Length > UnitFile.MaxBytes
            ? throw new IOException($"The file has more than {UnitFile.MaxBytes / 1024} KiB, so it is no unit file.")
            : new UnitSource(Path.GetFileName(path), File.ReadAllText(path), path);
    }

    /// <summary>The error of one that could not be read.</summary>
    public static CommandError Unreadable(string path, Exception exception) => new(
        "UnitFileUnreadable",
        exception is UnauthorizedAccessException ? ErrorCategory.PermissionDenied : ErrorCategory.ObjectNotFound,
        exception.Message,
        path,
        "Give the path of a unit file that exists and may be read.",
        exception);
}
