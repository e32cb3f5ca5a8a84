using System.Management.Automation;
using System.Text;
using HaWeb.Core.Operations;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;

namespace HaWeb.PowerShell.Commands.UnitFiles;

/// <summary>Unit files on the disk of the session.</summary>
internal static class UnitSourceFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads one.</summary>
    /// <exception cref="IOException">It cannot be read, is too long for a unit file, or is not UTF-8.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static UnitSource Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder. Name the files in it: '{Path.Combine(path, "*.service")}'.");
        }

        return new FileInfo(path).Length > UnitFile.MaxBytes
            ? throw new IOException($"The file has more than {UnitFile.MaxBytes / 1024} KiB, so it is no unit file.")
            : new UnitSource(Path.GetFileName(path), TextOf(path), path);
    }

    private static string TextOf(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        var start = bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        try
        {
            return Strict.GetString(bytes[start..]);
        }
        catch (DecoderFallbackException exception)
        {
            var line = 1 + bytes[..(start + exception.Index)].Count((byte)'\n');
            throw new IOException($"'{path}' is not UTF-8: line {line} has a character in another encoding. Save the file as UTF-8.", exception);
        }
    }

    /// <summary>The error of one that could not be read.</summary>
    public static CommandError Unreadable(string path, Exception exception) => new(
        "UnitFileUnreadable",
        exception switch
        {
            UnauthorizedAccessException => ErrorCategory.PermissionDenied,
            { InnerException: DecoderFallbackException } => ErrorCategory.InvalidData,
            _ => ErrorCategory.ObjectNotFound,
        },
        exception.Message,
        path,
        exception.InnerException is DecoderFallbackException ? null : "Give the path of a unit file that exists and may be read.",
        exception);
}
