using System.Globalization;

namespace HaWeb.Runtime.Agent;

/// <summary>Keeps a second agent with the same id from running on this machine. The kernel lets go of it however the process ends.</summary>
public sealed class AgentLock : IDisposable
{
    private readonly FileStream _file;

    private AgentLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="folders">The agent's folders, which exist.</param>
    /// <exception cref="AgentStartException">Another agent holds it, or the file cannot be written.</exception>
    public static AgentLock Acquire(AgentFolders folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var path = Path.Combine(folders.Run, "agent.lock");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new AgentStartException($"The lock {path} cannot be written: {e.Message}", null, e);
        }
        catch (IOException e)
        {
            var holder = ReadHolder(PidFileIn(folders));
            throw new AgentStartException(
                $"An agent with this machine id runs already{(holder is null ? "" : $" as process {holder}")} ({path}): end it first, or give this one another id.", holder, e);
        }

        // Beside the lock: a locked file cannot be read.
        File.WriteAllText(PidFileIn(folders), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new AgentLock(file);
    }

    /// <summary>Lets go of it. The file stays: to remove it could take the lock from an agent that has just opened it.</summary>
    public void Dispose() => _file.Dispose();

    private static string PidFileIn(AgentFolders folders) => Path.Combine(folders.Run, "agent.pid");

    private static int? ReadHolder(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var holder) ? holder : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
