using HaWeb.Core.Containers;

namespace HaWeb.Tests.Unit.Containers;

/// <summary>The docker lines that do not make a container.</summary>
public sealed class ObjectCommandTests
{
    [Theory]
    [InlineData("cp /etc/site.conf web:/etc/nginx/", "/etc/site.conf", "web", "/etc/nginx/", false)]
    [InlineData("container cp -L /srv/. web:/srv", "/srv/.", "web", "/srv", true)]
    [InlineData("cp /a:b web:c:d", "/a:b", "web", "c:d", false)]
    public void A_copy_into_a_container_is_read(string line, string source, string container, string target, bool follows) =>
        Assert.Equal(new ContainerCommand.CopyIn(source, container, target, follows), Parse(line));

    [Fact]
    public void A_copy_out_of_a_container_is_read() =>
        Assert.Equal(new ContainerCommand.CopyOut("web", "/etc/nginx.conf", "/tmp/x", FollowsLink: false), Parse("cp -q web:/etc/nginx.conf /tmp/x"));

    [Fact]
    public void What_is_done_to_containers_is_read()
    {
        var restart = (ContainerCommand.Restart)Parse("restart -t 5 a b");
        Assert.Equal((5, "a b"), (restart.Seconds!.Value, string.Join(' ', restart.Names)));
        Assert.True(((ContainerCommand.Pause)Parse("pause a")).IsPaused);
        Assert.False(((ContainerCommand.Pause)Parse("container unpause a")).IsPaused);
        Assert.Equal(["a", "b"], ((ContainerCommand.Wait)Parse("wait a b")).Names);
        Assert.Equal(new ContainerCommand.Rename("a", "b"), Parse("rename a b"));
        Assert.Equal(new ContainerCommand.Logs("a", IsFollowed: true, Lines: 10, Timestamps: false), Parse("logs -f --tail 10 a"));
        Assert.Equal(new ContainerCommand.Logs("a", IsFollowed: false, Lines: null, Timestamps: true), Parse("logs --since 10m --tail all -t a"));
    }

    [Theory]
    [InlineData("inspect a", null)]
    [InlineData("inspect -f {{.Id}} a", null)]
    [InlineData("inspect --type=volume a", ObjectKind.Volume)]
    [InlineData("container inspect a", ObjectKind.Container)]
    [InlineData("image inspect a", ObjectKind.Image)]
    [InlineData("network inspect -v a", ObjectKind.Network)]
    [InlineData("volume inspect a", ObjectKind.Volume)]
    public void What_is_looked_for_is_read(string line, ObjectKind? kind)
    {
        var inspect = (ContainerCommand.Inspect)Parse(line);
        Assert.Equal((kind, "a"), (inspect.Kind, Assert.Single(inspect.Names)));
    }

    [Fact]
    public void What_is_done_to_images_is_read()
    {
        var remove = (ContainerCommand.RemoveImage)Parse("image rm -f --no-prune a b");
        Assert.Equal((true, true, "a b"), (remove.IsForced, remove.KeepsParents, string.Join(' ', remove.Images)));
        Assert.Equal(new ContainerCommand.Tag("a", "b:1"), Parse("tag a b:1"));
    }

    [Fact]
    public void A_network_is_read()
    {
        var network = ((ContainerCommand.CreateNetwork)Parse(
            "network create -d macvlan --internal --ipv6 -o parent=eth0 --label a=b --subnet 10.1.0.0/16 --subnet fd00::/64 --gateway fd00::1 --ip-range 10.1.2.0/24 --aux-address db=10.1.0.5 app")).Network;

        Assert.Equal(("app", "macvlan", true, true, false), (network.Name, network.Driver, network.IsInternal, network.HasIPv6, network.IsAttachable));
        Assert.Equal(new("parent", "eth0"), Assert.Single(network.Options));
        Assert.Equal(new("a", "b"), Assert.Single(network.Labels));
        Assert.Equal([("10.1.0.0/16", "10.1.2.0/24", null), ("fd00::/64", null, "fd00::1")], network.Ranges.Select(range => (range.Subnet, range.Range, range.Gateway)));
        Assert.Equal(new("db", "10.1.0.5"), Assert.Single(network.Ranges[0].Reserved));
    }

    [Fact]
    public void What_is_done_with_networks_and_volumes_is_read()
    {
        Assert.True(((ContainerCommand.RemoveNetwork)Parse("network rm -f a b")).IsForced);
        var connect = (ContainerCommand.Connect)Parse("network connect --alias x --ip 10.1.0.2 --link db app web");
        Assert.Equal(("app", "web", "x", "10.1.0.2", "db"), (connect.Network, connect.Name, connect.Endpoint.Aliases[0], connect.Endpoint.IPv4, connect.Endpoint.Links[0]));
        Assert.Equal(new ContainerCommand.Disconnect("app", "web", IsForced: true), Parse("network disconnect -f app web"));
        var volume = ((ContainerCommand.CreateVolume)Parse("volume create -d local -o type=nfs --label a data")).Volume;
        Assert.Equal(("data", "local", "type=nfs", "a"), (volume.Name, volume.Driver, $"{volume.Options[0].Key}={volume.Options[0].Value}", volume.Labels[0].Key));
        Assert.Equal(["a"], ((ContainerCommand.RemoveVolume)Parse("volume remove a")).Names);
    }

    [Theory]
    [InlineData("all", -1, "", "gpu")]
    [InlineData("2", 2, "", "gpu")]
    [InlineData("driver=nvidia", 1, "", "gpu")]
    [InlineData("\"device=0,1\",capabilities=utility", 0, "0 1", "utility gpu")]
    public void Graphics_processors_are_read(string value, long count, string ids, string capabilities)
    {
        var gpus = ((ContainerCommand.Run)Parse($"run --gpus {value} nginx")).Spec.Resources.Gpus!;
        Assert.Equal((count, ids, capabilities), (gpus.Count, string.Join(' ', gpus.Ids), string.Join(' ', gpus.Capabilities)));
    }

    [Theory]
    [InlineData("8000-8005:80", "8000-8005")]
    [InlineData("0:80", "0")]
    [InlineData("80", "")]
    public void A_port_that_docker_chooses_is_no_port_of_the_machine(string value, string range) =>
        Assert.Equal([new PublishedPort("", null, 80, "tcp", range)], ((ContainerCommand.Run)Parse($"run -p {value} nginx")).Spec.Network.Publish);

    [Fact]
    public void Ports_are_read_in_the_long_form() => Assert.Equal(
        [new PublishedPort("", 53, 53, "udp")], ((ContainerCommand.Run)Parse("run -p published=53,target=53,protocol=udp nginx")).Spec.Network.Publish);

    [Theory]
    [InlineData("run nginx", "stdout stderr")]
    [InlineData("run -i nginx", "stdin stdout stderr")]
    [InlineData("run -di nginx", "")]
    [InlineData("run -a stdout nginx", "stdout")]
    [InlineData("create nginx", "stdout stderr")]
    public void What_docker_would_be_attached_to_is_read(string line, string expected) =>
        Assert.Equal(expected, string.Join(' ', Parse(line).Creates!.Attached));

    private static ContainerCommand Parse(string line)
    {
        var parse = DockerCommand.Parse(line.Split(' '));
        Assert.Empty(parse.Problems);
        return parse.Command!;
    }
}
