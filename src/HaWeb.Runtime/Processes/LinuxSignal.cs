namespace HaWeb.Runtime.Processes;

/// <summary>A signal.</summary>
/// <param name="Name">Its name, without <c>SIG</c>.</param>
/// <param name="Number">Its number on every architecture that .NET runs on.</param>
internal readonly record struct LinuxSignal(string Name, int Number)
{
    /// <summary>By which nginx takes a config.</summary>
    public static LinuxSignal Hangup { get; } = new("HUP", 1);

    /// <summary>By which HAProxy takes a config.</summary>
    public static LinuxSignal User2 { get; } = new("USR2", 12);
}
