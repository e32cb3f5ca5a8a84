using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HaWeb.Runtime.Processes;

/// <summary>What Linux offers and .NET does not: signals, and files below a root that they cannot lead out of.</summary>
internal static class LinuxCalls
{
    private const int CurrentFolder = -100;
    private const int NoSignal = 0;

    // The same numbers on every architecture that .NET runs on.
    private const long SendSignalCall = 424;
    private const long OpenProcessCall = 434;
    private const long OpenBelowCall = 437;

    private const ulong PathOnly = 0x200000;
    private const ulong CloseOnExec = 0x80000;
    private const ulong AsIfRoot = 0x10;
    private const ulong NoMagicLinks = 0x02;

    /// <summary>How a file is opened: the flags of open(2).</summary>
    public const ulong Read = 0;
    public const ulong WriteAnew = 0x1 | 0x40 | 0x200;

    // Of fallocate(2): the blocks go, the length stays.
    private const int PunchHole = 0x02 | 0x01;

    private const ulong OwnerWritesAllRead = 0b110_100_100;

    /// <summary>A process, held so that its id cannot come to mean another one; null when there is none, or this is no Linux that can.</summary>
    public static SafeFileHandle? OpenProcess(int id)
    {
        try
        {
            return Handle(Call(OpenProcessCall, id, 0));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether a process that is held still runs.</summary>
    public static bool IsAlive(SafeFileHandle process) => Signal(process, NoSignal);

    /// <summary>Signals a process that is held.</summary>
    /// <returns>Whether it was there, and may be signalled.</returns>
    public static bool Signal(SafeFileHandle process, int signal) => Call(SendSignalCall, process, signal, 0, 0) == 0;

    /// <summary>Opens a folder, to open files below it.</summary>
    public static SafeFileHandle? OpenFolder(string path)
    {
        var how = new OpenHow { Flags = PathOnly | CloseOnExec };
        return Handle(Call(OpenBelowCall, CurrentFolder, path, ref how, (nuint)Marshal.SizeOf<OpenHow>()));
    }

    /// <summary>Opens a file below a folder as if the folder was the root: no link leads out of it.</summary>
    /// <returns>Null when it cannot be opened.</returns>
    public static SafeFileHandle? OpenBelow(SafeFileHandle root, string path, ulong flags)
    {
        var how = new OpenHow
        {
            Flags = flags | CloseOnExec,
            Mode = flags == Read ? 0 : OwnerWritesAllRead,
            Resolve = AsIfRoot | NoMagicLinks,
        };
        return Handle(Call(OpenBelowCall, root, path, ref how, (nuint)Marshal.SizeOf<OpenHow>()));
    }

    /// <summary>Gives the beginning of a file back to the file system, where that can take it; what is behind it stays where it is.</summary>
    public static void GiveBack(SafeFileHandle file, long length) => _ = Allocate(file, PunchHole, 0, length);

    private static SafeFileHandle? Handle(long file) => file < 0 ? null : new SafeFileHandle((nint)file, ownsHandle: true);

    [DllImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Call(long number, int process, uint flags);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Call(long number, SafeFileHandle process, int signal, nint information, uint flags);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Call(long number, int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, ref OpenHow how, nuint size);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Call(long number, SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, ref OpenHow how, nuint size);

    /// <summary>open_how of openat2(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
