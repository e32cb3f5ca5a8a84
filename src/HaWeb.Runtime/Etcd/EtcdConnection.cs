using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using dotnet_etcd;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace HaWeb.Runtime.Etcd;

/// <summary>Makes the client of an etcd cluster as <see cref="EtcdOptions"/> say.</summary>
internal static class EtcdConnection
{
    // Room for a page of long values and for a transaction's events.
    private const int LargestMessage = 64 << 20;

    public static EtcdClient Open(EtcdOptions options, EtcdEndpoints endpoints)
    {
        var host = endpoints.Addresses[0].Host;
        var client = endpoints.IsTls
            ? new EtcdClient(endpoints.Text, TlsOf(options, endpoints), serverName: host, configureChannelOptions: channel => Configure(channel, options))
            : new EtcdClient(endpoints.Text, serverName: host, configureChannelOptions: channel => Configure(channel, options));
        if (options.User is { } user)
        {
            client.SetCredentials(user, options.Password);
        }

        return client;
    }

    private static void Configure(GrpcChannelOptions channel, EtcdOptions options)
    {
        channel.InitialReconnectBackoff = TimeSpan.FromMilliseconds(100);
        channel.MaxReconnectBackoff = TimeSpan.FromSeconds(1);
        channel.MaxReceiveMessageSize = LargestMessage;
        channel.ThrowOperationCanceledOnCancellation = false;

        // The client's own retries are left out: a transaction sent again would find its own first write and call it another's.
        channel.ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };

        var handler = (SocketsHttpHandler)channel.HttpHandler!;
        handler.ConnectTimeout = options.Timeout;
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always;

        // What is watched through a member that lost its power is to be watched through another one before that machine's lease ends. etcd puts up with
        // one ping every 5 s.
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(6);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(1.5);
    }

    private static Action<SslClientAuthenticationOptions> TlsOf(EtcdOptions options, EtcdEndpoints endpoints)
    {
        var authorities = options.CaCertificatePath is { } path ? LoadAuthorities(path) : null;
        var own = LoadOwn(options);
        return tls =>
        {
            tls.TargetHost = endpoints.Addresses[0].IdnHost;
            tls.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            if (authorities is not null)
            {
                tls.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
            }

            if (own is not null)
            {
                tls.ClientCertificates = [own];
            }

            // The client knows one host name for all endpoints; each member's certificate names that member.
            tls.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None
                || (errors == SslPolicyErrors.RemoteCertificateNameMismatch
                    && certificate is X509Certificate2 member
                    && endpoints.Addresses.Any(address => member.MatchesHostname(address.IdnHost)));
        };
    }

    private static X509Certificate2Collection LoadAuthorities(string path)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities.Count > 0
                ? authorities
                : throw new ArgumentException($"The file {path} holds no certificate in PEM form.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The authorities' certificates cannot be read from {path}: {e.Message}", e);
        }
    }

    private static X509Certificate2? LoadOwn(EtcdOptions options)
    {
        if (options.CertificatePath is null)
        {
            return options.KeyPath is null
                ? null
                : throw new ArgumentException("A client key is given without its certificate: give both or none.");
        }

        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(options.CertificatePath, options.KeyPath);

            // Windows cannot use a key that exists only in memory.
            return new X509Certificate2(pem.Export(X509ContentType.Pkcs12));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The client certificate cannot be read from {options.CertificatePath} and {options.KeyPath ?? "the same file"}: {e.Message}", e);
        }
    }
}
