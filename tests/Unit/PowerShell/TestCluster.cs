using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>A session that is connected to a local cluster in a file of its own, without an agent.</summary>
internal sealed class TestCluster : IDisposable
{
    public const string WebFile = """
        [Service]
        ExecStart=/usr/bin/docker run --rm --name web%i -p 80:80 nginx:latest
        ExecStop=/usr/bin/docker stop web%i
        [X-HaWeb]
        Service=website
        """;

    private readonly List<PretendAgent> _agents = [];

    public TestCluster()
    {
        Folder = Directory.CreateTempSubdirectory("haweb-").FullName;
        Shell = new TestShell();
        Cluster = Shell.Run("Connect-HaCluster -Local -NoAgent -Path $args[0]", Path.Combine(Folder, "cluster.store")).Single<HaCluster>();
    }

    public string Folder { get; }

    public TestShell Shell { get; }

    public HaCluster Cluster { get; }

    /// <summary>Runs a script in the session.</summary>
    public ShellResult Run(string script, params object?[] arguments) => Shell.Run(script, arguments);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Imports the template web@.service, whose instances serve website.</summary>
    public void ImportWeb() => Assert.Empty(Run("Import-HaUnit -Name web@ -Content $args[0]", WebFile).ErrorIds);

    /// <summary>Puts keys into the store.</summary>
    public long Put(params StoreWrite[] writes)
    {
        var commit = Cluster.Client.Store.CommitAsync(new StoreTransaction([], writes), CancellationToken.None).GetAwaiter().GetResult();
        Assert.True(commit.Succeeded);
        return commit.Revision;
    }

    /// <summary>Grants a lease of a minute.</summary>
    public long GrantLease() => Cluster.Client.Store.GrantLeaseAsync(TimeSpan.FromMinutes(1), CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Ends a lease.</summary>
    public void RevokeLease(long lease) => Cluster.Client.Store.RevokeLeaseAsync(lease, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Reads the state.</summary>
    public ClusterState Read() => Cluster.Client.ReadAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Begins a machine whose agent and engine do at once whatever is asked for, or never.</summary>
    public PretendAgent StartAgent(string machine = "m1", bool works = true)
    {
        var agent = new PretendAgent(Cluster.Client, machine, works);
        _agents.Add(agent);
        return agent;
    }

    public void Dispose()
    {
        foreach (var agent in _agents)
        {
            agent.Dispose();
        }

        Shell.Run("Disconnect-HaCluster");
        Shell.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
