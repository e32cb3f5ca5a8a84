using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Docker.DotNet;
using HaWeb.Core.Containers;
using Microsoft.Net.Http.Client;

namespace HaWeb.Runtime.Docker;

/// <summary>Sets up the client's connections: straight to the engine, never through a proxy, with TLS where asked for.</summary>
internal sealed class EngineCredentials : Credentials
{
    private readonly DockerTls? _tls;
    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _roots = [];

    public EngineCredentials(DockerTls? tls)
    {
        _tls = tls;
        if (tls is null)
        {
            return;
        }

        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(In(tls, "cert.pem"), In(tls, "key.pem"));
            _certificate = new X509Certificate2(pem.Export(X509ContentType.Pkcs12));
            if (tls.Verify)
            {
                _roots.ImportFromPemFile(In(tls, "ca.pem"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new DockerException(
                DockerFailure.Refused, $"The certificates for the Docker Engine in {tls.CertificateFolder} (cert.pem, key.pem, ca.pem) cannot be used: {e.Message}", e);
        }
    }

    public override bool IsTlsCredentials() => _tls is not null;

    public override HttpMessageHandler GetHandler(HttpMessageHandler innerHandler)
    {
        var handler = (ManagedHandler)innerHandler;
        handler.UseProxy = false;
        if (_certificate is not null)
        {
            handler.ClientCertificates = [_certificate];
            handler.ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors);
        }

        return handler;
    }

    public override void Dispose()
    {
        _certificate?.Dispose();
        base.Dispose();
    }

    private static string In(DockerTls tls, string file) => Path.Combine(tls.CertificateFolder, file);

    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (!_tls!.Verify)
        {
            return true;
        }

        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        using var presented = new X509Certificate2(certificate);
        return chain.Build(presented);
    }
}
