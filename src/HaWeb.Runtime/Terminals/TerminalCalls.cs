using System.Runtime.InteropServices;

namespace HaWeb.Runtime.Terminals;

/// <summary>What Unix offers for terminals and .NET does not.</summary>
internal static class TerminalCalls
{
    /// <summary>The file descriptors of a process.</summary>
    public const int Input = 0;
    public const int Output = 1;

    private const int Now = 0;
    private const short Readable = 1;
    private const int Interrupted = 4;

    // struct termios is smaller wherever .NET runs; nothing in it is looked at here.
    private const int SettingsLength = 256;

    /// <summary>Whether a file descriptor is a terminal.</summary>
    public static bool IsTerminal(int file) => isatty(file) == 1;

    /// <summary>The settings of the terminal that is this process's input; null when it is none.</summary>
    public static byte[]? GetSettings()
    {
        var settings = new byte[SettingsLength];
        return tcgetattr(Input, settings) == 0 ? settings : null;
    }

    /// <summary>Makes the terminal hand on every key, Ctrl+C included, and show nothing by itself.</summary>
    public static bool SetRaw(byte[] settings)
    {
        var raw = (byte[])settings.Clone();
        cfmakeraw(raw);
        return SetSettings(raw);
    }

    /// <summary>Gives the terminal settings that it had.</summary>
    public static bool SetSettings(byte[] settings) => tcsetattr(Input, Now, settings) == 0;

    /// <summary>Waits until the input can be read, or the other file.</summary>
    /// <returns>Whether it is the input.</returns>
    public static bool WaitForInput(SafeHandle other)
    {
        Span<PollFile> files = [new() { File = Input, Events = Readable }, new() { File = (int)other.DangerousGetHandle(), Events = Readable }];
        int ready;
        do
        {
            ready = poll(ref MemoryMarshal.GetReference(files), (nuint)files.Length, -1);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return ready > 0 && files[1].Returned == 0;
    }

    /// <summary>Reads what can be read of the input: 0 at its end.</summary>
    public static int Read(byte[] buffer) => (int)Math.Max(0, read(Input, buffer, (nuint)buffer.Length));

#pragma warning disable IDE1006, SA1300 // The names are libc's.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int isatty(int file);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcgetattr(int file, [Out] byte[] settings);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcsetattr(int file, int when, byte[] settings);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void cfmakeraw([In, Out] byte[] settings);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref PollFile files, nuint count, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint read(int file, [Out] byte[] buffer, nuint count);
#pragma warning restore IDE1006, SA1300

    /// <summary>pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollFile
    {
        public int File;
        public short Events;
        public short Returned;
    }
}
