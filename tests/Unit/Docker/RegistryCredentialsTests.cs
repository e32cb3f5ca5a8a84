using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

public sealed class RegistryCredentialsTests : IDisposable
{
    private const string Config = """
        {
          "auths": {
            "https://index.docker.io/v1/": { "auth": "dXNlcjpwYXNzOndvcmQ=" },
            "registry.example:5000": { "auth": "", "identitytoken": "token" },
            "empty.example": {}
          },
          "credHelpers": { "gcr.io": "gcloud" }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("haweb-config-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task They_are_found_by_registry()
    {
        await File.WriteAllTextAsync(_folder + "/config.json", Config, Token);
        var credentials = new RegistryCredentials(_folder);

        var (hub, _) = await credentials.FindAsync("docker.io", Token);
        var (token, _) = await credentials.FindAsync("registry.example:5000", Token);
        var (none, hint) = await credentials.FindAsync("gcr.io", Token);
        var (empty, noHint) = await credentials.FindAsync("empty.example", Token);

        Assert.Equal(("user", "pass:word"), (hub.Username, hub.Password));
        Assert.Equal("token", token.IdentityToken);
        Assert.Null(none.Username);
        Assert.Contains("gcloud", hint, StringComparison.Ordinal);
        Assert.Null(empty.Username);
        Assert.Null(noHint);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"auths":{"docker.io":{"auth":"%"}}}""")]
    [InlineData("[]")]
    public async Task A_file_that_cannot_be_read_is_a_hint_and_no_failure(string config)
    {
        await File.WriteAllTextAsync(_folder + "/config.json", config, Token);

        var (credentials, hint) = await new RegistryCredentials(_folder).FindAsync("docker.io", Token);

        Assert.Null(credentials.Username);
        Assert.Contains("config.json", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_means_no_credentials()
    {
        var (credentials, hint) = await new RegistryCredentials(_folder).FindAsync("docker.io", Token);

        Assert.Null(credentials.Username);
        Assert.Null(hint);
    }
}
