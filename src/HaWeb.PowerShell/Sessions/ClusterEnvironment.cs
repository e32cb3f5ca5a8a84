using HaWeb.Runtime.Etcd;

namespace HaWeb.PowerShell.Sessions;

/// <summary>The environment variables that serve runbooks: <c>HAWEB_ENDPOINTS</c>, <c>_USER</c>, <c>_PASSWORD</c>, <c>_CACERT</c>, <c>_CERT</c>, <c>_KEY</c>.</summary>
internal static class ClusterEnvironment
{
    private static readonly char[] Separators = [',', ';', ' '];

    /// <summary>What they say; null when HAWEB_ENDPOINTS is not set.</summary>
    public static EtcdOptions? Read()
    {
        var endpoints = (Get("ENDPOINTS") ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return endpoints.Length == 0 ? null : Complete(new EtcdOptions { Endpoints = endpoints });
    }

    /// <summary>Fills in what was not given.</summary>
    public static EtcdOptions Complete(EtcdOptions options) => options with
    {
        User = options.User ?? Get("USER"),
        Password = options.Password ?? Get("PASSWORD"),
        CaCertificatePath = options.CaCertificatePath ?? Get("CACERT"),
        CertificatePath = options.CertificatePath ?? Get("CERT"),
        KeyPath = options.KeyPath ?? Get("KEY"),
    };

    private static string? Get(string name) =>
        Environment.GetEnvironmentVariable("HAWEB_" + name) is { Length: > 0 } value ? value : null;
}
