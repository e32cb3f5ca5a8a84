using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace HaWeb.Tools.PowerShellHost.Hosting;

/// <summary>The general cmdlets that this host supplies, since the bare engine has none of them.</summary>
internal static class GeneralCommands
{
    /// <summary>Every cmdlet of this assembly, in the order of their names.</summary>
    public static IReadOnlyList<SessionStateCmdletEntry> All { get; } =
    [
        .. from type in typeof(GeneralCommands).Assembly.GetTypes()
           let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
           where cmdlet is not null
           let name = $"{cmdlet.VerbName}-{cmdlet.NounName}"
           orderby name
           select new SessionStateCmdletEntry(name, type, null),
    ];

    /// <summary>A session with the engine's own commands and these.</summary>
    public static InitialSessionState CreateSessionState()
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(All);
        return state;
    }
}
