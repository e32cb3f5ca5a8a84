namespace HaWeb.Runtime.Agent;

/// <summary>The folders of one machine's agent.</summary>
/// <param name="Run">What lasts until the machine is switched off: the lock, journals, bounded logs.</param>
/// <param name="State">What lasts longer: timer stamps, the last good configs of balancers.</param>
public sealed record AgentFolders(string Run, string State)
{
    /// <summary>The folders of a machine.</summary>
    /// <param name="machineId">The machine's id.</param>
    /// <param name="runRoot">Where agents keep the first kind.</param>
    /// <param name="stateRoot">Where agents keep the second.</param>
    /// <exception cref="AgentStartException">The id cannot be a folder's name.</exception>
    public static AgentFolders For(string machineId, string runRoot = "/run/haweb", string stateRoot = "/var/lib/haweb")
    {
        ArgumentNullException.ThrowIfNull(machineId);
        return machineId.Length is > 0 and <= 128 && machineId[0] != '.' && machineId.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-')
            ? new AgentFolders(Path.Combine(runRoot, machineId), Path.Combine(stateRoot, machineId))
            : throw new AgentStartException($"'{machineId}' cannot be a machine's id: use up to 128 letters, digits, '.', '_' and '-', without a dot at the start.");
    }

    /// <summary>Makes the folders, for the agent's user alone.</summary>
    /// <exception cref="AgentStartException">They cannot be made.</exception>
    public void Create()
    {
        foreach (var folder in new[] { Run, State })
        {
            try
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(folder);
                }
                else
                {
                    Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new AgentStartException($"The agent's folder {folder} cannot be made: {e.Message} Run the agent as root, or give it another folder.", null, e);
            }
        }
    }
}
