namespace HaWeb.Lab;

/// <summary>The programs that a lab needs, and the Debian packages that have them.</summary>
internal static class Prerequisites
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("/usr/sbin/dockerd", "docker.io"),
        ("/usr/bin/etcd", "etcd-server"),
        ("/usr/bin/etcdctl", "etcd-client"),
        ("/usr/sbin/nginx", "nginx-light"),
        ("/bin/ip", "iproute2"),
        ("/usr/sbin/iptables", "iptables"),
        ("/bin/busybox", "busybox-static"),
    ];

    /// <summary>Installs what is missing.</summary>
    /// <exception cref="LabException">It cannot: not root, no apt-get, or the installation failed.</exception>
    public static async Task EnsureAsync(Action<string> say)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new LabException("The lab makes network namespaces: run it as root.");
        }

        string[] missing = [.. Needed.Where(one => !File.Exists(one.Program)).Select(one => one.Package)];
        if (missing.Length == 0)
        {
            return;
        }

        say($"Installing {string.Join(", ", missing)} ...");
        await InstallAsync(["apt-get", "update", "-q"]);
        await InstallAsync(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends", .. missing]);
    }

    private static async Task InstallAsync(IReadOnlyList<string> words)
    {
        var result = await Command.RunAsync(words, TimeSpan.FromMinutes(5));
        if (result.ExitCode != 0)
        {
            throw new LabException($"'{string.Join(' ', words)}' ended with {result.ExitCode}: {result.Error.Trim()}");
        }
    }
}
