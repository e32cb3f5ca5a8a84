using System.Text;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

public sealed class LinePartTests
{
    private const int Entry = 16 * 1024;

    private static readonly string[] Lines = ["one", "", "a" + new string('é', 20_000), new string('x', Entry), "two words", "ü"];

    public static TheoryData<int> Sizes => [.. Enumerable.Range(1, 40), Entry];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Lines_of_a_log_are_whole_and_have_their_times_however_they_come(int size)
    {
        var expected = Lines.Select((line, i) => new DockerLine(DockerOutput.Standard, TimeOf(i), line)).ToList();

        Assert.Equal(expected, Read(Logged(Lines, "\n"), size, isDated: true));
        Assert.Equal(expected, Read(Logged(Lines, "\r\n"), size, isDated: true));
        Assert.Equal(expected, Read(Logged(Lines, "\n")[..^1], size, isDated: true));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void What_has_no_time_is_text(int size)
    {
        string[] lines = ["one", "", Stamp(0) + "two", "three words and no time at all in front of them", "é", " "];
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));

        Assert.Equal(lines.Select(line => new DockerLine(DockerOutput.Standard, null, line)), Read(text, size, isDated: false));
        Assert.Equal(
            lines.Select((line, i) => i == 2 ? new DockerLine(DockerOutput.Standard, TimeOf(0), "two") : new DockerLine(DockerOutput.Standard, null, line)),
            Read(text, size, isDated: true));
    }

    [Fact]
    public void A_time_of_an_engine_with_a_zone_is_one_and_half_a_time_is_text()
    {
        var lines = Read(Encoding.UTF8.GetBytes("2026-01-02T05:04:00.123456700+02:00 one\n2026-01-02T"), 7, isDated: true);

        Assert.Equal(new (DateTimeOffset?, string)[] { (TimeOf(0), "one"), (null, "2026-01-02T") }, lines.Select(line => (line.Time, line.Text)));
    }

    [Fact]
    public void A_line_without_end_is_cut_and_each_piece_has_its_time()
    {
        var lines = Read(Logged([new string('x', 150_000)], "\n"), 1000, isDated: true);

        Assert.Equal(3, lines.Count);
        Assert.Equal(new string('x', 150_000), string.Concat(lines.Select(line => line.Text)));
        Assert.All(lines, line => Assert.Equal(TimeOf(0), line.Time));
    }

    private static string Stamp(int second) => $"2026-01-02T03:04:{second:00}.123456700Z ";

    private static DateTimeOffset TimeOf(int second) => new DateTimeOffset(2026, 1, 2, 3, 4, second, TimeSpan.Zero).AddTicks(1_234_567);

    /// <summary>Lines as the engine sends them: in entries that each begin with the time.</summary>
    private static byte[] Logged(string[] lines, string end)
    {
        var log = new List<byte>();
        for (var i = 0; i < lines.Length; i++)
        {
            var stamp = Encoding.UTF8.GetBytes(Stamp(i));
            var rest = Encoding.UTF8.GetBytes(lines[i] + end[..^1]);
            for (; rest.Length >= Entry; rest = rest[Entry..])
            {
                log.AddRange(stamp);
                log.AddRange(rest[..Entry]);
            }

            log.AddRange(stamp);
            log.AddRange(rest);
            log.Add((byte)'\n');
        }

        return [.. log];
    }

    private static List<DockerLine> Read(byte[] bytes, int size, bool isDated)
    {
        var part = new LinePart(DockerOutput.Standard, isDated);
        var lines = bytes.Chunk(size).SelectMany(chunk => part.Take(chunk)).ToList();
        if (part.TakeRest() is { } rest)
        {
            lines.Add(rest);
        }

        return lines;
    }
}
