namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>
/// What HaWeb asks of a Docker Engine for the docker lines of units, beside what docker's own client asks for the same lines, taken from the wire, field by
/// field: the tables are <see cref="RunLines"/> and <see cref="OtherLines"/>.
/// </summary>
[Collection(nameof(DockerLineTests))]
public sealed class DockerLineTests : IDisposable
{
    private static readonly string[] LookUps = ["inspect", "container inspect", "image inspect", "network inspect", "volume inspect"];

    private static IEnumerable<DockerLine> All => RunLines.All.Concat(OtherLines.All);

    public static TheoryData<string> Lines => [.. All.Select(line => line.Text)];

    public void Dispose() => LineFolder.Remove();

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task HaWeb_asks_what_docker_asks(string text)
    {
        var line = All.Single(line => line.Text == text);
        var player = new DockerLinePlayer(text);
        var docker = await player.ByClientAsync();
        var haWeb = await player.ByAgentAsync();

        var looksUp = LookUps.Any(command => text.StartsWith(command + " ", StringComparison.Ordinal));
        var (left, right) = (Comparison.Fields(docker, looksUp), Comparison.Fields(haWeb, looksUp));
        List<string> differences = [.. Comparison.Differences(left, right)];
        if (docker.EndedWell != haWeb.EndedWell)
        {
            differences.Add($"status: docker {(docker.EndedWell ? "ended well" : "failed")} ({docker.Message}), HaWeb {(haWeb.EndedWell ? "ended well" : "failed")} ({haWeb.Message})");
        }

        differences.AddRange(Comparison.Differences(docker.Files, haWeb.Files));
        Assert.Equal("", string.Join('\n', differences.Where(difference => !line.Except.Any(part => difference.Contains(part, StringComparison.Ordinal)))));

        // A difference that is gone is no longer one that is meant.
        Assert.Equal("", string.Join('\n', line.Except.Where(part => !differences.Any(difference => difference.Contains(part, StringComparison.Ordinal)))));
        Assert.Equal(line.Reason is null, line.Except.Length == 0);
        if (line.Reason is null)
        {
            Assert.Equal(Comparison.Order(left), Comparison.Order(right));
        }
    }

    [Fact]
    public void The_tables_have_at_least_150_lines_and_none_twice()
    {
        Assert.True(All.Count() >= 150, $"{All.Count()} lines");
        Assert.Equal(All.Count(), All.Select(line => line.Text).Distinct(StringComparer.Ordinal).Count());
    }
}
