using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

public sealed class ContainerProxiesTests : IDisposable
{
    private const string Engine = "unix:///var/run/docker.sock";

    private const string Config = """
        {
          "proxies": {
            "default": { "httpProxy": "http://proxy:3128", "noProxy": "localhost", "ftpProxy": "", "allProxy": 1 },
            "tcp://10.0.0.1:2375": { "httpsProxy": "http://other:3128" }
          }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Engine, "HTTP_PROXY=http://proxy:3128", "http_proxy=http://proxy:3128", "NO_PROXY=localhost", "no_proxy=localhost")]
    [InlineData("tcp://10.0.0.1:2375", "HTTPS_PROXY=http://other:3128", "https_proxy=http://other:3128")]
    public async Task An_engine_has_its_own_or_the_default_ones(string engine, params string[] expected) =>
        Assert.Equal(expected, (await FindAsync(Config, engine)).Select(variable => $"{variable.Name}={variable.Value}"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"proxies":1}""")]
    [InlineData("""{"proxies":{"default":null}}""")]
    public async Task No_file_or_one_without_them_gives_none(string? config) => Assert.Empty(await FindAsync(config, Engine));

    [Fact]
    public async Task What_the_line_gives_goes_before_them_also_a_name_alone()
    {
        var proxies = await FindAsync(Config, Engine);
        var spec = new ContainerSpec { Image = "app", Environment = [new("HTTP_PROXY", null), new("no_proxy", "mine")] };

        var made = ContainerParameters.From(spec, DockerFixture.Labels("a.service"), [new("NO_PROXY", "of a file"), new("A", "1"), .. proxies]);

        Assert.Equal(["A=1", "HTTP_PROXY", "NO_PROXY=localhost", "http_proxy=http://proxy:3128", "no_proxy=mine"], made.Env.Order(StringComparer.Ordinal));
    }

    private async Task<IReadOnlyList<EnvironmentVariable>> FindAsync(string? config, string engine)
    {
        if (config is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.Path, "config.json"), config, Token);
        }

        return await new ContainerProxies(_folder.Path).FindAsync(engine, Token);
    }
}
