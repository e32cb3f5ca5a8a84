using System.Net;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;
using HaWeb.Tests.Unit.Stores;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>A real engine that takes TLS connections with certificates only.</summary>
[Collection("Docker")]
public sealed class DockerOverTlsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_with_input_terminals_and_logs_work_from_afar()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Issue("server", IPAddress.Loopback);
        var (_, clientKey) = certificates.Issue("cert", IPAddress.Loopback);
        File.Move(clientKey, Path.Combine(certificates.Folder.FullName, "key.pem"));
        var address = new Uri($"tcp://127.0.0.1:{LocalPort.Free()}");
        await using var daemon = await DockerDaemon.StartAsync(
            $"-H {address.OriginalString} --tlsverify --tlscacert {certificates.AuthorityPath} --tlscert {certificate} --tlskey {key}");
        using var engine = new DockerEngine(new DockerEndpoint(address, new DockerTls(certificates.Folder.FullName)), "cluster-1");
        using var bare = new DockerEngine(new DockerEndpoint(address), "cluster-1");
        var spec = new ContainerSpec { Image = TestImage.Name, Name = "far", Arguments = ["sh", "-c", "echo here; sleep 1000"], Network = new() { Mode = "host" } };
        var created = (DockerResult.Created)await engine.ExecuteAsync(new DockerRequest.Create(spec, DockerFixture.Labels("far.service")), Token);
        await engine.ExecuteAsync(new DockerRequest.Start(created.Container), Token);

        var lines = new List<DockerLine>();
        var read = await engine.RunAsync("far", new ExecCommand(["cat"], Input: "one\ntwo"u8.ToArray()), lines.Add, Token);
        var terminal = new ScriptedTerminal();
        var running = engine.RunAsync("far", new ExecCommand(["sh"], Environment: ["PS1=ready "]), terminal, Token);
        await terminal.ShowsAsync("ready ", Token);
        terminal.Type("exit 3\n");
        var log = engine.ReadLogAsync("far", new LogRange(Follow: true), Token).GetAsyncEnumerator(Token);
        await using (log)
        {
            Assert.True(await log.MoveNextAsync());
            Assert.Equal("here", log.Current.Text);
        }

        Assert.Equal((0, 3), (read, await running));
        Assert.Equal(["one", "two"], lines.Select(line => line.Text));
        var refused = await Assert.ThrowsAsync<DockerException>(() => bare.RunAsync("far", new ExecCommand(["true"]), _ => { }, Token));
        Assert.Contains("HTTPS", refused.Message, StringComparison.Ordinal);
    }
}
