using CsCheck;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("COREOS_PRIVATE_IPV4=10.0.0.1\nB=2\n", "COREOS_PRIVATE_IPV4=10.0.0.1|B=2")]
    [InlineData("# c\n ; c\nA = x y  \r\n\nnonsense\nB=", "A=x y|B=")]
    [InlineData("A=\"x \\\"y\\\" \\n\" \"z\" \nB='a\nb'", "A=x \"y\" \\nz|B=a\nb")]
    [InlineData("A=x\"y\" z\nB=a\\\nb\nC=a\\ \\\\", "A=x\"y\" z|B=ab|C=a \\")]
    [InlineData("# c \\\nA=1\nB=2", "B=2")]
    [InlineData("1A=x\nB C=y\nD=z", "D=z")]
    public void A_file_is_read_as_systemd_does(string text, string expected) =>
        Assert.Equal(expected.Split('|'), EnvironmentFile.Parse(text).Select(variable => $"{variable.Key}={variable.Value}"));

    [Fact]
    public void Any_text_is_read_without_an_exception() =>
        Gen.String["=\"'\\\n \r#;aB1$"].Sample(text => Assert.All(EnvironmentFile.Parse(text), variable => Assert.True(EnvironmentFile.IsName(variable.Key))));
}
