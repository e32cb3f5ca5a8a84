using System.Globalization;
using HaWeb.Runtime.Processes;

namespace HaWeb.Tests.Unit.Processes;

/// <summary>What a process prints into a file, line by line.</summary>
public sealed class SpoolReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("haweb-spool-").FullName;
    private readonly SpoolReader _reader;

    public SpoolReaderTests() => _reader = new SpoolReader(Spool);

    private string Spool => Path.Combine(_folder, "out");

    public void Dispose()
    {
        _reader.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Whole_lines_are_given_once_and_the_last_one_at_the_end()
    {
        Assert.Empty(_reader.Read(isEnd: false));

        Print("one\r\ntw");
        Assert.Equal(["one"], _reader.Read(isEnd: false));
        Print("o\nthree");
        Assert.Equal(["two"], _reader.Read(isEnd: false));
        Assert.Equal(["three"], _reader.Read(isEnd: true));
        Assert.Empty(_reader.Read(isEnd: true));
    }

    [Fact]
    public void The_next_reader_goes_on_behind_what_was_confirmed()
    {
        Print("one\ntwo\nthr");
        Assert.Equal(["one", "two"], _reader.Read(isEnd: false));
        _reader.Confirm();
        Print("ee\n");

        using var next = new SpoolReader(Spool);
        Assert.Equal(["three"], next.Read(isEnd: false));
    }

    [Theory]
    [InlineData("ä", 1)]
    [InlineData("€", 0)]
    [InlineData("€", 2)]
    [InlineData("😀", 1)]
    [InlineData("😀", 2)]
    [InlineData("😀", 3)]
    public void A_line_that_is_too_long_is_cut_between_characters(string character, int before)
    {
        var text = new string('x', before) + string.Concat(Enumerable.Repeat(character, 40_000));
        Print(text);

        var lines = _reader.Read(isEnd: true);

        Assert.True(lines.Count > 1);
        Assert.Equal(text, string.Concat(lines));
    }

    [Fact]
    public void At_the_end_all_that_stands_there_is_taken_in()
    {
        Print(Lines(0, 700_000));

        Assert.Equal(700_000, _reader.Read(isEnd: true).Count);
    }

    [Fact]
    public void What_is_printed_faster_than_it_is_taken_in_is_dropped_with_a_word()
    {
        Print(Lines(0, 100));
        Assert.Equal(100, _reader.Read(isEnd: false).Count);

        // 20 MiB, of which the last one is kept.
        Print(Lines(100, 2 * 1024 * 1024));
        var lines = _reader.Read(isEnd: false);

        Assert.Equal("[19456 KiB were printed here, faster than they can be kept]", lines[0]);
        Assert.Equal("002097251", lines[^1]);
        Assert.Equal(1024 * 1024, lines.Skip(1).Sum(line => line.Length + 1));
        Print("more\n");
        Assert.Equal(["more"], _reader.Read(isEnd: false));
    }

    // Ten bytes each.
    private static string Lines(int first, int count) => string.Concat(Enumerable.Range(first, count).Select(i => i.ToString("D9", CultureInfo.InvariantCulture) + "\n"));

    private void Print(string text) => File.AppendAllText(Spool, text);
}
