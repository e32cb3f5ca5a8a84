using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;
using HaWeb.Tests.Unit.Stores;

namespace HaWeb.Tests.Unit.Docker;

public sealed class DockerTlsTests : IDisposable
{
    private readonly TestCertificates _ours = new();
    private readonly TestCertificates _strange = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DockerTlsTests()
    {
        _listener.Start();
        foreach (var certificates in new[] { _ours, _strange })
        {
            var (_, key) = certificates.Issue("cert", IPAddress.Loopback);
            File.Move(key, Path.Combine(certificates.Folder.FullName, "key.pem"));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _ours.Dispose();
        _strange.Dispose();
    }

    [Fact]
    public async Task Both_sides_prove_who_they_are()
    {
        var server = ServeAsync();
        using var engine = Engine(new DockerTls(_ours.Folder.FullName));

        var failure = await Assert.ThrowsAsync<DockerException>(() => engine.ExecuteAsync(new DockerRequest.Inspect("web"), Token));

        Assert.Equal(DockerFailure.NoSuchContainer, failure.Failure);
        Assert.Equal("CN=cert", await server);
    }

    [Fact]
    public async Task An_engine_with_a_strangers_certificate_is_not_spoken_to()
    {
        _ = ServeAsync();
        using var engine = Engine(new DockerTls(_strange.Folder.FullName));

        var failure = await Assert.ThrowsAsync<DockerException>(() => engine.ExecuteAsync(new DockerRequest.Inspect("web"), Token));

        Assert.Equal(DockerFailure.Unavailable, failure.Failure);
    }

    [Fact]
    public void Certificates_that_are_missing_are_named() =>
        Assert.Contains("/no/such/folder", Assert.Throws<DockerException>(() => Engine(new DockerTls("/no/such/folder"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ssh://host")]
    [InlineData("host:2375")]
    [InlineData("unix://")]
    [InlineData("tcp://host")]
    public void An_address_that_cannot_be_used_is_refused(string address) => Assert.Throws<FormatException>(() => DockerEndpoint.Parse(address));

    private DockerEngine Engine(DockerTls tls) => new(new DockerEndpoint(new Uri($"tcp://{_listener.LocalEndpoint}"), tls), "cluster-1");

    /// <summary>Answers one request as an engine without containers; gives who asked.</summary>
    private async Task<string?> ServeAsync()
    {
        var (certificate, key) = _ours.Issue("server", IPAddress.Loopback);
        using var identity = X509Certificate2.CreateFromPemFile(certificate, key);
        using var client = await _listener.AcceptTcpClientAsync(Token);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        var options = new SslServerAuthenticationOptions { ServerCertificate = identity, ClientCertificateRequired = true, EnabledSslProtocols = SslProtocols.Tls12 };
        await stream.AuthenticateAsServerAsync(options, Token);
        Assert.True(await stream.ReadAsync(new byte[4096], Token) > 0);
        const string Body = """{"message":"No such container: web"}""";
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"), Token);
        return stream.RemoteCertificate?.Subject;
    }
}
