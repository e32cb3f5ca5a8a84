namespace HaWeb.Lab;

/// <summary>The programs that a lab needs, and the Debian packages that have them; <c>build.sh</c> installs these.</summary>
internal static class Prerequisites
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("/usr/sbin/dockerd", "docker.io"),
        ("/usr/bin/etcd", "etcd-server"),
        ("/usr/bin/etcdctl", "etcd-client"),
        ("/usr/sbin/nginx", "nginx-light"),
        ("/usr/sbin/keepalived", "keepalived"),
        ("/bin/ip", "iproute2"),
        ("/usr/sbin/iptables", "iptables"),
        ("/bin/busybox", "busybox-static"),
        ("/usr/bin/websocketd", "websocketd"),
        ("/usr/bin/curl", "curl"),
    ];

    /// <summary>Says what is missing.</summary>
    /// <exception cref="LabException">Something is.</exception>
    public static void Require()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new LabException("The lab makes network namespaces: run it as root.");
        }

        string[] missing = [.. Needed.Where(one => !File.Exists(one.Program)).Select(one => one.Package)];
        if (missing.Length > 0)
        {
            throw new LabException($"The lab needs {string.Join(", ", missing)}: './build.sh lab' installs them on Debian.");
        }
    }
}
