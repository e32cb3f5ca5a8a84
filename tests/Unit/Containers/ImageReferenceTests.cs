using CsCheck;
using HaWeb.Core.Containers;

namespace HaWeb.Tests.Unit.Containers;

public sealed class ImageReferenceTests
{
    private const string Sum = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx", "latest")]
    [InlineData("nginx:1.25", "docker.io/library/nginx", "1.25")]
    [InlineData("grafana/grafana", "docker.io/grafana/grafana", "latest")]
    [InlineData("index.docker.io/nginx", "docker.io/library/nginx", "latest")]
    [InlineData("localhost/a", "localhost/a", "latest")]
    [InlineData("registry:5000/a/b:c", "registry:5000/a/b", "c")]
    [InlineData("127.0.0.1:1/none", "127.0.0.1:1/none", "latest")]
    [InlineData("nginx@" + Sum, "docker.io/library/nginx", Sum)]
    [InlineData("nginx:1.25@" + Sum, "docker.io/library/nginx", Sum)]
    public void A_name_is_completed_as_docker_does(string text, string repository, string tagOrDigest)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        Assert.Equal((repository, tagOrDigest), (reference.Repository, reference.TagOrDigest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Nginx")]
    [InlineData("nginx:")]
    [InlineData("nginx:a b")]
    [InlineData("/nginx")]
    [InlineData("a//b")]
    [InlineData("nginx@sha256:12")]
    [InlineData("-x")]
    public void Another_text_is_refused(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Fact]
    public void A_full_name_is_read_as_itself() => Gen.String["abc01./-_:@Z"].Sample(text =>
    {
        if (ImageReference.TryParse(text, out var reference))
        {
            Assert.True(ImageReference.TryParse(reference.ToString(), out var again));
            Assert.Equal(reference, again);
        }
    });
}
