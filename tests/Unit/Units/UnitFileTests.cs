using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class UnitFileTests
{
    [Theory]
    [InlineData("[Service]\nExecStart=/bin/sleep 100\n", "1c6fb6f3684bafb0c173d8b8b957ceff031180c1")]
    [InlineData("\n[Service]\nExecStart=/usr/bin/sleep infinity", "40ea6646945809f4b420a50475ee68503088f127")]
    [InlineData("", "da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    public void The_hash_is_the_one_that_fleet_gives(string text, string hash) => Assert.Equal(hash, Parse(text).Hash);

    [Fact]
    public void Comments_blanks_line_ends_and_a_byte_order_mark_do_not_change_the_hash()
    {
        var plain = Parse("[Unit]\nDescription=x\n\n[Service]\nExecStart=/bin/a b\n");
        var dressed = Parse("\uFEFF# mine\r\n[Unit]\r\n  ; too\r\nDescription  =  x  \r\n[Service]\r\n\r\n\tExecStart= /bin/a b");

        Assert.Equal(plain.Hash, dressed.Hash);
        Assert.Equal("[Unit]\nDescription=x\n\n[Service]\nExecStart=/bin/a b\n", dressed.Serialize());
    }

    [Fact]
    public void Comments_and_blank_lines_anywhere_change_nothing()
    {
        var option = Gen.Select(Gen.OneOf("ExecStart", "X", "Key"), Gen.String["ab =;#[]\"%"]).Select(pair => $"{pair.Item1}={pair.Item2.Trim()}");
        var line = Gen.OneOf(option, Gen.OneOf("[Service]", "[X-Fleet]", "[Unit]"));
        var nothing = Gen.OneOf("", "  ", "\t", "# a = b", "; [Unit]", "   # indented");
        Gen.Select(line.Array[0, 8], nothing.Array[10]).Sample((lines, additions) =>
        {
            string[] all = ["[Service]", .. lines];
            var dressed = all.SelectMany((text, i) => new[] { additions[i], text });

            Assert.Equal(Parse(string.Join('\n', all)).Hash, Parse(string.Join("\r\n", dressed) + "\r\n").Hash);
        });
    }

    [Fact]
    public void A_continued_line_is_kept_as_it_is_written_and_read_without_the_comments_in_it()
    {
        var file = UnitFile.Parse("[Service]\n# not in the file\nExecStart=\\\n/bin/a \\\n# b\\\nc\n", out _);

        Assert.Equal("[Service]\nExecStart=\\\n/bin/a \\\n# b\\\nc\n", file.Serialize());
        Assert.Equal("/bin/a  c", Assert.Single(file.Options).Text);
        Assert.Equal((4, 1), file.Options[0].PositionAt(0));
    }

    [Fact]
    public void A_line_may_be_longer_than_fleet_took()
    {
        var value = new string('x', 5000);

        Assert.Equal(value, Assert.Single(Parse("[Service]\nExecStart=" + value).Options).Value);
    }

    [Fact]
    public void Sections_of_one_name_are_merged_and_options_keep_their_order()
    {
        var file = Parse("[A]\nx=1\n[B]\ny=2\n[A]\nx=3=4\nz=\n");

        Assert.Equal("[A]\nx=1\nx=3=4\nz=\n\n[B]\ny=2\n", file.Serialize());
        Assert.Equal([("x", "1"), ("x", "3=4"), ("z", "")], file.Section("A").Select(option => (option.Name, option.Value)));
    }

    [Fact]
    public void A_continued_line_is_one_value_and_positions_in_it_are_those_of_the_file()
    {
        var file = Parse("[Service]\nExecStart = /bin/echo one \\\n   two\\\n three\nType=simple\n");
        var option = file.Options[0];

        Assert.Equal("/bin/echo one \\\n   two\\\n three", option.Value);
        Assert.Equal("/bin/echo one     two  three", option.Text);
        Assert.Equal((2, 13), option.PositionAt(0));
        Assert.Equal((3, 4), option.PositionAt(option.Text.IndexOf("two", StringComparison.Ordinal)));
        Assert.Equal((4, 2), option.PositionAt(option.Text.IndexOf("three", StringComparison.Ordinal)));
        Assert.Equal("Type", file.Options[1].Name);
    }

    [Theory]
    [InlineData("# one\n  ; two\n  b\n", "a    b", 1)]
    [InlineData("# one\nType=oneshot\n", "a", 2)]
    [InlineData("# one\n[Unit]\nAfter=x\n", "a", 2)]
    [InlineData("# one\n  Type=oneshot\n", "a    Type=oneshot", 1)]
    [InlineData("# one\nfor i in 1; do X=1; done\n", "a  for i in 1; do X=1; done", 1)]
    [InlineData("# one", "a", 1)]
    public void A_continued_value_goes_on_behind_comments_unless_another_option_follows(string rest, string text, int options)
    {
        var file = UnitFile.Parse("[Service]\nExecStart=a \\\n" + rest, out var problems);

        Assert.Equal((text, options), (file.Options[0].Text, file.Options.Count));
        Assert.DoesNotContain(problems, problem => problem.Severity == ProblemSeverity.Error);
    }

    [Fact]
    public void A_problem_behind_a_comment_in_a_continued_line_is_found_where_it_stands()
    {
        var option = Parse("[Service]\nExecStart=/bin/a \\\n# x\n  ; y\n  two \\\nthree\n").Options[0];

        Assert.Equal((5, 3), option.PositionAt(option.Text.IndexOf("two", StringComparison.Ordinal)));
        Assert.Equal((6, 1), option.PositionAt(option.Text.IndexOf("three", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_backslashes_at_the_end_continue_nothing()
    {
        var file = Parse("[Service]\nA=x\\\\\nB=y\n");

        Assert.Equal(["x\\\\", "y"], file.Options.Select(option => option.Text));
    }

    [Theory]
    [InlineData("[Service]\n<<<<\n", 2, 1)]
    [InlineData("[Service\nA=b\n", 1, 1)]
    [InlineData("[Service] x\nA=b\n", 1, 10)]
    [InlineData("[]\n", 1, 1)]
    [InlineData("[A]\n =b\n", 2, 2)]
    [InlineData("[A]\nb=c\\ \nd=e\n", 2, 4)]
    [InlineData("[A]\nb=\0\n", 2, 3)]
    public void A_syntax_error_is_reported_with_its_place(string text, int line, int column)
    {
        UnitFile.Parse(text, out var problems);

        var problem = Assert.Single(problems);
        Assert.Equal((ProblemSeverity.Error, line, column), (problem.Severity, problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("stray\n[A]\nb=c\n")]
    [InlineData("[A]\nb=c \\\n\nd=e\n")]
    [InlineData("[A]\nb=c \\\n# remark\nd=e\n")]
    public void What_is_read_otherwise_than_it_looks_is_a_warning(string text)
    {
        UnitFile.Parse(text, out var problems);

        Assert.Equal(ProblemSeverity.Warning, Assert.Single(problems).Severity);
    }

    [Fact]
    public void A_file_has_at_most_1_MiB_and_its_lines_no_other_limit()
    {
        var line = "[A]\nb=" + new string('x', UnitFile.MaxBytes - 6);

        Assert.Equal(UnitFile.MaxBytes - 6, Parse(line).Options[0].Value.Length);
        UnitFile.Parse(line + "x", out var problems);
        Assert.Equal(ProblemSeverity.Error, Assert.Single(problems).Severity);
    }

    [Fact]
    public void What_was_read_is_read_the_same_again() => Gen.OneOf(Gen.String["[]=#;\\\n\r ab\t"], Gen.String).Array[0, 8].Sample(parts =>
    {
        var file = UnitFile.Parse("[S]\n" + string.Join("\n", parts), out _);
        var again = UnitFile.Parse(file.Serialize(), out _);

        // Sections may have been merged, so the order is that of the serialised form.
        Assert.Equal(file.Serialize(), again.Serialize());
        Assert.Equal(file.Hash, again.Hash);
        foreach (var option in file.Options)
        {
            option.PositionAt(option.Text.Length / 2);
        }
    });

    private static UnitFile Parse(string text)
    {
        var file = UnitFile.Parse(text, out var problems);
        Assert.Empty(problems);
        return file;
    }
}
