using System.Management.Automation;

namespace HaWeb.PowerShell.Sessions;

/// <summary>Closes the session's connection when the module is removed from it, so that no agent goes on unseen.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (CurrentCluster.Get() is { } cluster)
        {
            CurrentCluster.Set(null);
            Task.Run(async () => await cluster.DisposeAsync()).Wait(Patience);
        }
    }
}
