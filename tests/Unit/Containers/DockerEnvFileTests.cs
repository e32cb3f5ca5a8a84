using HaWeb.Core.Containers;

namespace HaWeb.Tests.Unit.Containers;

public sealed class DockerEnvFileTests
{
    [Fact]
    public void A_file_is_read_as_docker_does()
    {
        Assert.True(DockerEnvFile.TryParse("# c\r\nA=\"x\" y \r\n\n  B=\nC\n", out var variables, out _));
        Assert.Equal([new("A", "\"x\" y "), new("B", ""), new("C", null)], variables);
    }

    [Theory]
    [InlineData("A=1\nB C=2")]
    [InlineData("A=1\n=2")]
    public void A_malformed_line_is_named(string text)
    {
        Assert.False(DockerEnvFile.TryParse(text, out _, out var error));
        Assert.Contains("Line 2", error, StringComparison.Ordinal);
    }
}
