using System.Management.Automation;
using System.Xml.Linq;
using HaWeb.Tools.HelpBuilder;

namespace HaWeb.Tests.Unit.Host;

public sealed class HelpBuilderTests
{
    private const string Page = """
        # Get-Sample

        Gives a `sample`.

        ## Description

        One paragraph
        over two lines.

        - an item, see [the rest](rest.md)

        ## Parameters

        ### -Name

        Its name.

        ## Examples

        ### Look

        ```powershell
        Get-Sample -Name a
        # no heading
        ```

        It shows.
        """;

    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly CmdletInfo Sample = CmdletCatalog.Of([typeof(GetSampleCommand), typeof(string)]).Single();

    [Fact]
    public void A_complete_page_has_no_problem() => Assert.Empty(PageCheck.Problems(Sample, HelpPage.Parse(Page)));

    [Theory]
    [InlineData("# Get-Sample", "# Get-Other", "the first line must be '# Get-Sample'.")]
    [InlineData("Gives a `sample`.", "", "there is no synopsis")]
    [InlineData("## Description", "## Descriptoin", "'## Description' is missing")]
    [InlineData("### -Name", "### -Nmae", "the parameter -Name has no text")]
    [InlineData("Its name.", "", "the parameter -Name has no text")]
    [InlineData("### Look", "Look", "there is no example")]
    [InlineData("```powershell", "```\n```", "the example 'Look' has no")]
    public void What_a_page_lacks_is_a_problem(string text, string replacement, string problem)
    {
        var page = HelpPage.Parse(Page.Replace(text, replacement, StringComparison.Ordinal));

        Assert.Contains(PageCheck.Problems(Sample, page), found => found.StartsWith(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Text_about_what_does_not_exist_is_a_problem() =>
        Assert.Equal(
            ["'### -Size' in '## Parameters' is no parameter of Get-Sample."],
            PageCheck.Problems(Sample, HelpPage.Parse(Page.Replace("## Examples", "### -Size\n\nBig.\n\n## Examples", StringComparison.Ordinal))));

    [Fact]
    public void The_help_has_the_words_of_the_page_and_the_facts_of_the_cmdlet()
    {
        var help = MamlWriter.Write([new CommandHelp(Sample, HelpPage.Parse(Page))]);

        var description = help.Descendants(Command + "command").Single().Element(Maml + "description")!.Elements().Select(para => para.Value);
        Assert.Equal(["One paragraph over two lines.", "- an item, see the rest (rest.md)"], description);
        Assert.Equal("Get-Sample -Name a\n# no heading", help.Descendants(Dev + "code").Single().Value);
        var parameters = help.Descendants(Command + "parameters").Single().Elements().ToList();
        Assert.Equal(["Confirm", "Name", "WhatIf"], parameters.Select(parameter => parameter.Element(Maml + "name")!.Value));
        Assert.Equal("true", parameters[1].Attribute("required")!.Value);
        Assert.Equal("string[]", parameters[1].Element(Command + "parameterValue")!.Value);
    }

    [Cmdlet(VerbsCommon.Get, "Sample", SupportsShouldProcess = true)]
    public sealed class GetSampleCommand : PSCmdlet
    {
        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
        public string[] Name { get; set; } = [];
    }
}
