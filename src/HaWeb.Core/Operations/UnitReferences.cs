using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Names of other units in a unit file that are mistyped: nearly the name of one that is known. Others may be of units to come, or of the machine's own.</summary>
/// <param name="subject">The unit, or for a template an instance.</param>
/// <param name="known">The units and templates that are known.</param>
internal sealed class UnitReferences(UnitName subject, IReadOnlySet<string> known)
{
    /// <summary>What machines have of their own, and units of fleet's time name.</summary>
    private static readonly string[] HostUnits =
        ["containerd", "dbus", "docker", "early-docker", "etcd", "etcd2", "firewalld", "flanneld", "fleet", "iptables", "network", "nfs-server", "NetworkManager", "ntpd", "ntp", "chronyd", "rpcbind", "sshd"];

    private static readonly string[] FleetKeys = ["MachineOf", "X-ConditionMachineOf", "Conflicts", "X-Conflicts", "Replaces"];
    private static readonly string[] UnitKeys = ["After", "Before", "Requires", "Requisite", "Wants", "BindsTo", "PartOf", "Conflicts"];

    public void Check(UnitFile file, OptionProblems problems)
    {
        foreach (var option in file.Options)
        {
            var keys = option.Section switch { FleetOptionsReader.Section => FleetKeys, SystemdKeys.UnitSection => UnitKeys, _ => [] };
            if (!keys.Contains(option.Name, StringComparer.Ordinal))
            {
                continue;
            }

            foreach (var word in option.Text.Split((char[])[' ', '\t', '"', '\''], StringSplitOptions.RemoveEmptyEntries))
            {
                if (MeantBy(word) is { } meant)
                {
                    problems.Warning(
                        option,
                        $"{option.Name} names {word}, which is neither given here nor stored.",
                        Nearest.Ask(meant),
                        option.Text.IndexOf(word, StringComparison.Ordinal));
                }
            }
        }
    }

    /// <summary>The known unit that is meant; null when the word is known itself, is a pattern, or is near none.</summary>
    private string? MeantBy(string word)
    {
        if (!UnitName.TryParse(UnitName.Complete(Specifiers.ExpandName(word, subject)), out var name, out _) || known.Contains(name.FullName))
        {
            return null;
        }

        // Only services and timers run here: a target, a socket or a mount is the machine's own.
        if (name.Suffix is not ("service" or "timer") || name.Prefix.StartsWith("systemd-", StringComparison.Ordinal) || HostUnits.Contains(name.Prefix, StringComparer.Ordinal))
        {
            return null;
        }

        // Instances come and go; their template is what may be mistyped.
        var asked = name.Template ?? name;
        return known.Contains(asked.FullName) || asked == (subject.Template ?? subject) ? null
            : NearestUnit.Find(asked, known);
    }
}
