using System.Security.Cryptography;
using System.Text;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Agent;

namespace HaWeb.PowerShell.Agents;

/// <summary>The agent of a local cluster, inside the session that connected to it.</summary>
internal sealed class LocalAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    private LocalAgent(HaAgent agent) => _running = Task.Run(() => agent.RunAsync(_ending.Token));

    /// <summary>Starts the agent and waits until the cluster knows the machine.</summary>
    /// <param name="cluster">The cluster, which ends the agent with itself.</param>
    /// <param name="options">What the agent is told.</param>
    /// <param name="path">The cluster's file: agents of different clusters on one machine keep apart.</param>
    /// <param name="cancellationToken">Ends the waiting, and the agent.</param>
    /// <exception cref="AgentStartException">It cannot run here.</exception>
    public static async Task StartAsync(HaCluster cluster, AgentOptions options, string path, CancellationToken cancellationToken)
    {
        var inFolders = InFoldersOf(path, options);
        cluster.AgentRoot = inFolders.RunRoot;
        var agent = new LocalAgent(new HaAgent(inFolders, cluster.Client, new AgentReports()));
        cluster.Own(agent);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var known = WaitForMachineAsync(cluster, waiting.Token);
        var first = await Task.WhenAny(known, agent._running);
        await waiting.CancelAsync();
        await first;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private static async Task WaitForMachineAsync(HaCluster cluster, CancellationToken cancellationToken)
    {
        await foreach (var (state, _) in cluster.Client.WatchAsync(null, cancellationToken))
        {
            if (state.Engine is not null && state.Sessions.Contains(state.Engine.Value.Machine))
            {
                return;
            }
        }
    }

    private static AgentOptions InFoldersOf(string path, AgentOptions options)
    {
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 8)).ToLowerInvariant();
        var run = Environment.IsPrivilegedProcess ? "/run" : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? Path.GetTempPath();
        return options with { RunRoot = Path.Combine(run, "haweb-local", name), StateRoot = path + ".agent" };
    }
}
