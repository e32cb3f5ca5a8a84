namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>The command line cannot be understood; the message says how to write it.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
