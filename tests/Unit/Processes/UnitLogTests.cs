using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Processes;

namespace HaWeb.Tests.Unit.Processes;

/// <summary>The log of a unit that runs as processes.</summary>
public sealed class UnitLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("haweb-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_line_that_is_half_written_is_given_when_it_is_whole()
    {
        var log = new UnitLog(_folder, "app.service");
        var file = Path.Combine(_folder, "logs", "app.service", "log");
        log.Append([new DockerLine(DockerOutput.Standard, DateTimeOffset.UnixEpoch, "one")]);
        File.AppendAllText(file, "E 1970-01-01T00:00:01.0000000Z tw");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));

        await using var lines = log.ReadAsync(new LogRange(Follow: true), patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("one", lines.Current.Text);

        File.AppendAllText(file, "o\nO 1970-01-01T00:00:02.0000000Z thr");
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal(new DockerLine(DockerOutput.Error, DateTimeOffset.UnixEpoch.AddSeconds(1), "two"), lines.Current);

        File.AppendAllText(file, "ee\n");
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("three", lines.Current.Text);
    }
}
