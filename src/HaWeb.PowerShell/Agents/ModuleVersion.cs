using System.Reflection;

namespace HaWeb.PowerShell.Agents;

/// <summary>The version of HaWeb that runs.</summary>
internal static class ModuleVersion
{
    /// <summary>As agents register it.</summary>
    public static string Text { get; } =
        typeof(ModuleVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
