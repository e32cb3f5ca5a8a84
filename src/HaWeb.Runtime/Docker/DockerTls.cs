namespace HaWeb.Runtime.Docker;

/// <summary>The certificates of a TLS connection to a Docker Engine.</summary>
/// <param name="CertificateFolder">The folder that holds <c>cert.pem</c>, <c>key.pem</c> and <c>ca.pem</c>.</param>
/// <param name="Verify">Whether the engine must prove by <c>ca.pem</c> that it is the right one.</param>
public sealed record DockerTls(string CertificateFolder, bool Verify = true)
{
    /// <summary>What <c>DOCKER_TLS_VERIFY</c>, <c>DOCKER_TLS</c> and <c>DOCKER_CERT_PATH</c> say, or null when they ask for no TLS.</summary>
    public static DockerTls? FromEnvironment()
    {
        var verify = IsSet("DOCKER_TLS_VERIFY");
        if (!verify && !IsSet("DOCKER_TLS"))
        {
            return null;
        }

        var folder = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH");
        return new DockerTls(string.IsNullOrEmpty(folder) ? ClientConfig.Folder : folder, verify);
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
