using System.Globalization;
using System.Runtime.InteropServices;

namespace HaWeb.Runtime.Processes;

/// <summary>The users and groups of this machine, whichever service knows them.</summary>
internal static class Accounts
{
    // The C library's answers stand in memory that its next answer overwrites.
    private static readonly object Turn = new();

    /// <summary>A user by name or number.</summary>
    /// <exception cref="ProcessException">There is none.</exception>
    public static UserAccount User(string user)
    {
        lock (Turn)
        {
            var found = uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? FindUser(number) : FindUser(user);
            if (found == 0)
            {
                throw new ProcessException($"User={user}: this machine has no such user");
            }

            var entry = Marshal.PtrToStructure<UserEntry>(found);
            return new UserAccount(
                Marshal.PtrToStringUTF8(entry.Name) ?? user, entry.User, entry.Group, Marshal.PtrToStringUTF8(entry.Home) ?? "/", Marshal.PtrToStringUTF8(entry.Shell) ?? "/bin/sh");
        }
    }

    /// <summary>The number of a group by name or number.</summary>
    /// <exception cref="ProcessException">There is none.</exception>
    public static uint Group(string group)
    {
        if (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        lock (Turn)
        {
            var found = FindGroup(group);
            return found != 0 ? Marshal.PtrToStructure<GroupEntry>(found).Group : throw new ProcessException($"Group={group}: this machine has no such group");
        }
    }

    [DllImport("libc", EntryPoint = "getpwnam")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint FindUser([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "getpwuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint FindUser(uint number);

    [DllImport("libc", EntryPoint = "getgrnam")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint FindGroup([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    /// <summary>passwd of getpwnam(3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct UserEntry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
        public nint Description;
        public nint Home;
        public nint Shell;
    }

    /// <summary>group of getgrnam(3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct GroupEntry
    {
        public nint Name;
        public nint Password;
        public uint Group;
    }
}
