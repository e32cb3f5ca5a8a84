using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace HaWeb.PowerShell.Sessions;

/// <summary>The cluster that a session has chosen. Each runspace has its own choice, so parallel runbooks do not meet.</summary>
internal static class CurrentCluster
{
    private static readonly ConditionalWeakTable<Runspace, HaCluster> Choices = [];

    /// <summary>The choice of the runspace that this thread runs; null before Connect-HaCluster.</summary>
    public static HaCluster? Get() =>
        Runspace.DefaultRunspace is { } runspace && Choices.TryGetValue(runspace, out var cluster) ? cluster : null;

    /// <summary>Chooses a cluster, or none. Whoever replaces a choice closes it.</summary>
    public static void Set(HaCluster? cluster)
    {
        var runspace = Runspace.DefaultRunspace;
        Choices.Remove(runspace);
        if (cluster is not null)
        {
            Choices.Add(runspace, cluster);
        }
    }
}
