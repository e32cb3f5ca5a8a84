using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

/// <summary>The expectations were checked against systemd 252 (<c>systemd-analyze verify</c> with debug output).</summary>
public sealed class CommandLineTests
{
    private static readonly UnitName Name = UnitName.Parse("web-app@a\\x2db-c.service");

    private static readonly MachineFacts Machine = new("m1", "b1", "host1.example.org", "6.1", "x86-64", new Dictionary<string, string> { ["ID"] = "debian" });

    [Theory]
    [InlineData("/bin/echo a  b", "a|b")]
    [InlineData("/bin/echo \"a b\"c d\\x41 e\\s'f \"g'", "a bc|dA|e f \"g")]
    [InlineData("/bin/echo '' \"\"", "|")]
    [InlineData("/bin/echo \\xc3\\xa4 \\u00e4 \\U0001f600 \\101", "ä|ä|😀|A")]
    [InlineData("/bin/echo \\; \"\\;\" \\\\;", ";|\\;|\\;")]
    [InlineData("/bin/echo x\\qz", "x\\qz")]
    [InlineData("/bin/echo a;b ;c", "a;b|;c")]
    [InlineData("/bin/echo / >/dev/null & \\; ls", "/|>/dev/null|&|;|ls")]
    [InlineData("/bin/echo it\"'\"s", "it's")]
    [InlineData("/bin/echo a\\tb\\nc", "a\tb\nc")]
    [InlineData("/bin/echo 50%", "50%")]
    public void Words_are_split_as_systemd_does(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Expand(text).Arguments);

    [Theory]
    [InlineData("$ONE $TWO ${TWO}", "one|two|two|two two")]
    [InlineData("a$ONE ${ONE}b x${ONE}y$$z $$ONE", "a$ONE|oneb|xoney$z|$ONE")]
    [InlineData("$NONE ${NONE} end", "|end")]
    [InlineData("$QUOTED", "two two|too")]
    [InlineData("${QUOTED}", "'two two' too")]
    [InlineData("${ONE:-x} ${ONE", "${ONE:-x}|${ONE")]
    [InlineData("$ONE/x end", "end")]
    public void Variables_are_expanded_as_systemd_does(string arguments, string expected) =>
        Assert.Equal(expected.Split('|'), Expand("/bin/echo " + arguments).Arguments);

    [Fact]
    public void A_colon_keeps_variables_from_being_expanded() => Assert.Equal(["$ONE", "${ONE}"], Expand(":/bin/echo $ONE ${ONE}").Arguments);

    [Theory]
    [InlineData("%n|%N|%p|%i|%j", "web-app@a\\x2db-c.service|web-app@a\\x2db-c|web-app|a\\x2db-c|app")]
    [InlineData("%P|%I|%f|%J", "web/app|a-b/c|/a-b/c|app")]
    [InlineData("%m|%b|%H|%l|%v|%a|%o|%w", "m1|b1|host1.example.org|host1|6.1|x86-64|debian|")]
    [InlineData("%t|%h|%u|%U|%S|%%n", "/run|/root|root|0|/var/lib|%n")]
    public void Specifiers_are_replaced(string arguments, string expected) =>
        Assert.Equal(expected.Split('|'), Expand("/bin/echo " + arguments.Replace('|', ' ')).Arguments);

    [Theory]
    [InlineData("-/bin/a", CommandPrefixes.IgnoreFailure)]
    [InlineData("+/bin/a", CommandPrefixes.FullPrivileges)]
    [InlineData("!/bin/a", CommandPrefixes.NoUserChange)]
    [InlineData("!!/bin/a", CommandPrefixes.AmbientCapabilities)]
    [InlineData(":-/bin/a", CommandPrefixes.NoVariables | CommandPrefixes.IgnoreFailure)]
    public void Prefixes_are_taken_off_the_path(string text, CommandPrefixes expected)
    {
        var line = Parse(text);

        Assert.Equal((expected, "/bin/a"), (line.Prefixes, line.Path));
    }

    [Theory]
    [InlineData("%h/bin/app", "/root/bin/app")]
    [InlineData("-%S/app/prepare", "/var/lib/app/prepare")]
    public void A_program_s_path_may_begin_with_a_specifier(string text, string path) => Assert.Equal(path, Expand(text).Path);

    [Fact]
    public void An_at_sign_gives_the_program_another_name()
    {
        var command = Expand("@/bin/sh zero -c x");

        Assert.Equal(("/bin/sh", "zero"), (command.Path, command.Name));
        Assert.Equal(["-c", "x"], command.Arguments);
    }

    [Theory]
    [InlineData("@/bin/sh $TWO x", "two", "two|x")]
    [InlineData("@/bin/sh $NONE x y", "x", "y")]
    [InlineData("@/bin/sh $NONE", "/bin/sh", "")]
    public void A_name_that_is_a_variable_is_split_like_other_words(string text, string name, string arguments)
    {
        var command = Expand(text);

        Assert.Equal((name, arguments), (command.Name, string.Join('|', command.Arguments)));
    }

    [Fact]
    public void Semicolons_of_their_own_separate_commands()
    {
        var lines = CommandLine.Parse("; /bin/a x ; ; -/bin/b \\; ;", Name, out var faults);

        Assert.Empty(faults);
        Assert.Equal(["/bin/a", "/bin/b"], lines.Select(line => line.Path));
        Assert.True(lines[1].IgnoresFailure);
    }

    [Theory]
    [InlineData("/bin/a \"b", 7)]
    [InlineData("/bin/a b\\", 7)]
    [InlineData("/bin/a %Z", 7)]
    [InlineData("-", 0)]
    [InlineData("a/b", 0)]
    [InlineData("/bin/", 0)]
    [InlineData("$A b", 0)]
    [InlineData("/bin/a\\\\b", 0)]
    [InlineData("@/bin/a", 0)]
    [InlineData("/bin/a \\xff", 7)]
    public void A_malformed_line_says_where(string text, int offset)
    {
        CommandLine.Parse(text, Name, out var faults);

        var fault = Assert.Single(faults);
        Assert.Equal((ProblemSeverity.Error, offset), (fault.Severity, fault.Offset));
    }

    [Theory]
    [InlineData("/bin/a x\\qz", "\\\\q")]
    [InlineData("/bin/a $A/b", "${A}/b")]
    [InlineData("/bin/a $. b", "'$$.'")]
    [InlineData("/bin/a $(docker ps -q)", "/bin/sh -c '...'")]
    [InlineData("/bin/a `docker ps -q`", "/bin/sh -c '...'")]
    [InlineData("/bin/a b && docker rm c | tee", "/bin/sh -c '...'")]
    [InlineData("/bin/a b || c", "/bin/sh -c '...'")]
    [InlineData("/bin/a b | tee", "/bin/sh -c '...'")]
    [InlineData("/bin/a b > /tmp/x", "/bin/sh -c '...'")]
    [InlineData("/bin/a b >>/tmp/x", "/bin/sh -c '...'")]
    [InlineData("/bin/a b 2>/dev/null", "/bin/sh -c '...'")]
    [InlineData("/bin/a b 2>&1", "/bin/sh -c '...'")]
    [InlineData("/bin/a b < /tmp/x", "/bin/sh -c '...'")]
    [InlineData("/bin/a b &", "/bin/sh -c '...'")]
    [InlineData("/bin/a b; /bin/c", "/bin/sh -c '...'")]
    public void A_line_that_systemd_reads_in_an_unexpected_way_is_a_warning_with_a_suggestion(string text, string suggestion)
    {
        CommandLine.Parse(text, Name, out var faults);

        var fault = Assert.Single(faults);
        Assert.Equal(ProblemSeverity.Warning, fault.Severity);
        Assert.Contains(suggestion, fault.Suggestion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/sh -c 'a && b > /tmp/x | tee; c'")]
    [InlineData("/usr/bin/awk -F '|' \">\" \"a;\" '&'")]
    [InlineData("/bin/a a&b x=>y <none> -- -> 5>4")]
    [InlineData("/bin/a \\; ;")]
    public void What_stands_in_quotes_or_within_a_word_is_for_no_shell(string text)
    {
        CommandLine.Parse(text, Name, out var faults);

        Assert.Empty(faults);
    }

    [Fact]
    public void Before_it_runs_a_line_is_known_as_far_as_its_variables_are()
    {
        var line = Parse("/bin/a x${K} ${U}:80 $K $U %i %H");
        var words = line.Preview(new SpecifierContext(UnitName.Parse("a@1.service")), new Dictionary<string, string> { ["K"] = "k 2" }, out _);

        Assert.Equal(
            [
                new("xk 2", Offset: 7), new("${U}:80", WordKnowledge.Unexpanded, 13), new("k", Offset: 21), new("2", Offset: 21),
                new("$U", WordKnowledge.AnyNumber, 24), new("1", Offset: 27), new("%H", WordKnowledge.Unexpanded, 30),
            ],
            words);
    }

    [Fact]
    public void Any_text_is_read_without_an_exception() => Gen.OneOf(Gen.String["\"'\\;$%{}xu01 aA@-:!+/\t"], Gen.String).Sample(text =>
    {
        foreach (var line in CommandLine.Parse("/bin/a " + text, Name, out _).Concat(CommandLine.Parse(text, Name, out _)))
        {
            line.Preview(new SpecifierContext(Name), new Dictionary<string, string> { ["a"] = text }, out _);
            line.Expand(new SpecifierContext(Name, Machine), new Dictionary<string, string> { ["a"] = text });
        }
    });

    private static CommandLine Parse(string text)
    {
        var lines = CommandLine.Parse(text, Name, out var faults);
        Assert.DoesNotContain(faults, fault => fault.Severity == ProblemSeverity.Error);
        return Assert.Single(lines);
    }

    private static ExpandedCommand Expand(string text) => Parse(text).Expand(
        new SpecifierContext(Name, Machine),
        new Dictionary<string, string> { ["ONE"] = "one", ["TWO"] = "two two", ["QUOTED"] = "'two two' too" });
}
