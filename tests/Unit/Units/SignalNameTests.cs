using HaWeb.Core.Containers;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class SignalNameTests
{
    [Theory]
    [InlineData("SIGTERM", 15)]
    [InlineData("TERM", 15)]
    [InlineData("15", 15)]
    [InlineData("RTMIN", 34)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("RTMAX-1", 63)]
    [InlineData("SIGRTMAX", 64)]
    [InlineData("RTMIN-1", 0)]
    [InlineData("RTMIN+31", 0)]
    [InlineData("RTMIN+", 0)]
    [InlineData("RTMAX+1", 0)]
    [InlineData("sigterm", 0)]
    [InlineData("0", 0)]
    [InlineData("65", 0)]
    public void A_signal_has_names_and_a_number(string text, int number)
    {
        Assert.Equal(number > 0, SignalName.TryParse(text, out var parsed));
        if (number > 0)
        {
            Assert.Equal(number, parsed);
        }
    }

    [Fact]
    public void A_docker_line_may_have_it_in_small_letters()
    {
        var kill = Assert.IsType<ContainerCommand.Kill>(DockerCommand.Parse(["kill", "-s", "hup", "web"]).Command);

        Assert.Equal("SIGHUP", kill.Signal);
    }
}
