using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>An authority of the test's own, and what it signs, as PEM files in a folder.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(AuthorityPath, _authority.ExportCertificatePem());
    }

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("haweb-tls-");

    public string AuthorityPath => Path.Combine(Folder.FullName, "ca.pem");

    /// <summary>Writes a certificate that is good for an address, and its key.</summary>
    public (string Certificate, string Key) Issue(string name, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        var paths = (Path.Combine(Folder.FullName, name + ".pem"), Path.Combine(Folder.FullName, name + ".key"));
        File.WriteAllText(paths.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Item2, key.ExportECPrivateKeyPem());
        return paths;
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        Folder.Delete(recursive: true);
    }
}
