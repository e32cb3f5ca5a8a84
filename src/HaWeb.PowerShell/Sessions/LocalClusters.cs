using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Sessions;

/// <summary>The local clusters that are open in this process. Their files are locked, so a second connection shares the first.</summary>
internal static class LocalClusters
{
    private static readonly object Gate = new();
    private static readonly Dictionary<string, HaCluster> Open = new(StringComparer.Ordinal);

    /// <summary>The file that is used when none is given.</summary>
    public static string DefaultPath =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "haweb", "cluster.store");

    /// <summary>Connects to the cluster in a file.</summary>
    /// <param name="connection">The file, by its full path.</param>
    /// <param name="isNew">Whether this process did not have it open.</param>
    /// <exception cref="StoreException">Another process has it open, or it cannot be used.</exception>
    public static HaCluster Connect(ClusterConnection.InFile connection, out bool isNew)
    {
        lock (Gate)
        {
            isNew = !Open.TryGetValue(connection.Path, out var cluster);
            if (isNew)
            {
                cluster = new HaCluster(new ClusterClient(connection.Open(), connection.Keys, connection.Kind), () => Close(connection.Path));
                Open.Add(connection.Path, cluster);
            }

            return cluster!;
        }
    }

    private static void Close(string path)
    {
        lock (Gate)
        {
            Open.Remove(path);
        }
    }
}
