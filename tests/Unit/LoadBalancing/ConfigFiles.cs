using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>The files that generated configs name, in a test's folder.</summary>
internal sealed class ConfigFiles
{
    private static readonly Lazy<(string Certificate, string Key)> Pair = new(Make);

    private readonly string _folder;

    /// <summary>Puts them there.</summary>
    public ConfigFiles(string folder)
    {
        _folder = folder;
        File.WriteAllText(Certificate, Pair.Value.Certificate);
        File.WriteAllText(Certificate + ".key", Pair.Value.Key);
        File.WriteAllText(Page, "<h1>Back soon</h1>\n");
    }

    /// <summary>A certificate for localhost; its key is beside it.</summary>
    public string Certificate => Path.Combine(_folder, "site.pem");

    /// <summary>A page.</summary>
    public string Page => Path.Combine(_folder, "maintenance.html");

    /// <summary>A generated config with the names that the files really have.</summary>
    public string Name(string config) => config.Replace(ConfigGen.Certificate, Certificate, StringComparison.Ordinal).Replace(ConfigGen.Page, Page, StringComparison.Ordinal);

    private static (string Certificate, string Key) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
