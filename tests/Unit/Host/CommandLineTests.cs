using HaWeb.Tools.PowerShellHost.Hosting;

namespace HaWeb.Tests.Unit.Host;

public sealed class CommandLineTests
{
    private static readonly string Script = typeof(CommandLineTests).Assembly.Location;

    [Fact]
    public void Without_a_script_or_command_it_prompts()
    {
        var line = CommandLine.Parse(["-NoLogo", "-NoProfile", "-NonInteractive"]);

        Assert.IsType<HostWork.Prompt>(line.Work);
        Assert.True(line.NonInteractive);
    }

    [Fact]
    public void All_after_Command_is_the_command() =>
        Assert.Equal(new HostWork.Command("1 -File x"), CommandLine.Parse(["-Command", "1", "-File", "x"]).Work);

    [Theory]
    [InlineData("-File")]
    [InlineData("-f")]
    [InlineData(null)]
    public void Arguments_of_a_script_are_names_switches_and_values(string? option)
    {
        string[] arguments = ["-Name", "n", "-Flag:$false", "-Text:a:b", "-Late:", "v", "plain", "-"];

        var line = CommandLine.Parse([.. option is null ? (string[])[] : [option], Script, .. arguments]);

        var script = Assert.IsType<HostWork.Script>(line.Work);
        Assert.Equal(
            [("-Name", null), (null, "n"), ("-Flag", false), ("-Text", "a:b"), ("-Late", "v"), (null, "plain"), (null, "-")],
            script.Arguments.Select(argument => ((string?)argument.Name, (object?)argument.Value)));
    }

    [Theory]
    [InlineData("-File")]
    [InlineData("-Command")]
    [InlineData("-Bad")]
    [InlineData("/no/such/script.ps1")]
    public void What_it_cannot_do_it_says(string argument) =>
        Assert.Throws<CommandLineException>(() => CommandLine.Parse([argument]));
}
