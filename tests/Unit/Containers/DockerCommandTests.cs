using CsCheck;
using HaWeb.Core.Containers;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Containers;

public sealed class DockerCommandTests
{
    [Theory]
    [InlineData("run -p80:80 nginx")]
    [InlineData("run -p=80:80 nginx")]
    [InlineData("run -p 80:80 nginx")]
    [InlineData("run --publish 80:80 nginx")]
    [InlineData("run --publish=80:80 nginx")]
    [InlineData("container run --publish=80:80 -- nginx")]
    public void A_flag_is_read_in_every_spelling(string line) =>
        Assert.Equal([new PublishedPort("", 80, 80, "tcp")], Spec(line).Network.Publish);

    [Theory]
    [InlineData("run --nmae web -p 99999:80 --frobnicate -m 12x nginx", "--nmae", "-p", "--frobnicate", "-m")]
    [InlineData("run --nmae=web -v rel:/x:zz nginx", "--nmae", "-v")]
    [InlineData("run --reed-only -m 12x nginx", "--reed-only", "-m")]
    [InlineData("run --frobnicate x -m 12x nginx", "--frobnicate")]
    [InlineData("run --frobnicate -1 -m 12x nginx", "--frobnicate")]
    [InlineData("stop -x web --tiem", "-x")]
    [InlineData("run --nmae", "--nmae")]
    public void After_a_flag_that_there_is_none_of_the_others_are_looked_at(string line, params string[] flags) =>
        Assert.Equal(flags, DockerCommand.Parse(line.Split(' ')).Problems.Select(problem => problem.Flag));

    [Fact]
    public void Short_switches_are_combined_and_the_first_word_that_is_no_flag_is_the_image()
    {
        var run = (ContainerCommand.Run)Parse("run -itdw/srv --rm=false --init nginx:1.25 -p 80:80 --rm");

        Assert.Equal((true, true, true), (run.IsDetached, run.Spec.IsInteractive, run.Spec.HasTty));
        Assert.Equal(("/srv", false, true, "nginx:1.25"), (run.Spec.WorkDir!, run.Spec.AutoRemove, run.Spec.Init!.Value, run.Spec.Image));
        Assert.Equal(["-p", "80:80", "--rm"], run.Spec.Arguments);
    }

    [Fact]
    public void A_container_is_read_in_full()
    {
        var spec = Spec(
            "run --name web --hostname h -u 1000:1000 --entrypoint /bin/sh -e A=1 -e B --env-file /etc/env -l x=y -l z "
            + "-v /a:/b:ro -v data:/d -v /anonymous --mount type=bind,src=/m,dst=/n,readonly --tmpfs /run:size=1m "
            + "--network app --network-alias w --ip 10.1.0.2 --dns 1.1.1.1 --add-host db:10.0.0.3 --link c:d "
            + "-m 512m --cpus 1.5 -c 512 --ulimit nofile=1024:2048 --shm-size 64m --cap-add NET_ADMIN --cap-drop ALL --privileged --read-only "
            + "--device /dev/fuse --sysctl net.core.somaxconn=1024 --security-opt no-new-privileges --pid host --ipc host "
            + "--log-driver json-file --log-opt max-size=1m --health-cmd true --health-interval 1m30s --stop-signal QUIT --stop-timeout 5 "
            + "--pull always --platform linux/amd64 nginx -g x");

        Assert.Equal(("web", "h", "1000:1000", "/bin/sh"), (spec.Name, spec.HostName, spec.User, spec.Entrypoint));
        Assert.Equal([new("A", "1"), new("B", null)], spec.Environment);
        Assert.Equal([new("x", "y"), new("z", "")], spec.Labels);
        Assert.Equal(["/etc/env"], spec.EnvironmentFiles);
        Assert.Equal(["/a:/b:ro", "data:/d"], spec.Binds);
        Assert.Equal(["/anonymous"], spec.AnonymousVolumes);
        Assert.Equal([new ContainerMount("bind", "/m", "/n", IsReadOnly: true)], spec.Mounts);
        Assert.Equal([new("/run", "size=1m")], spec.Tmpfs);
        Assert.Equal(("app", "10.1.0.2"), (spec.Network.Mode, spec.Network.IPv4));
        Assert.Equal(["w", "1.1.1.1", "db:10.0.0.3", "c:d"], [.. spec.Network.Aliases, .. spec.Network.Dns, .. spec.Network.ExtraHosts, .. spec.Network.Links]);
        Assert.Equal((512L << 20, 1_500_000_000L, 512L, 64L << 20), (spec.Resources.Memory!.Value, spec.Resources.NanoCpus!.Value, spec.Resources.CpuShares!.Value, spec.Resources.ShmSize!.Value));
        Assert.Equal([new ResourceLimit("nofile", 1024, 2048)], spec.Resources.Ulimits);
        Assert.Equal((true, true, "host", "host"), (spec.Security.IsPrivileged, spec.Security.ReadOnlyRoot, spec.Security.PidMode, spec.Security.IpcMode));
        Assert.Equal(["NET_ADMIN", "ALL", "no-new-privileges"], [.. spec.Security.CapAdd, .. spec.Security.CapDrop, .. spec.Security.Options]);
        Assert.Equal([new DeviceMapping("/dev/fuse", "/dev/fuse", "rwm")], spec.Security.Devices);
        Assert.Equal([new("net.core.somaxconn", "1024")], spec.Security.Sysctls);
        Assert.Equal(("json-file", "true", 90.0), (spec.LogDriver, spec.Health.Command, spec.Health.Interval!.Value.TotalSeconds));
        Assert.Equal(("SIGQUIT", 5, PullPolicy.Always, "linux/amd64"), (spec.StopSignal, spec.StopTimeout!.Value, spec.Pull, spec.Platform));
        Assert.Equal(["-g", "x"], spec.Arguments);
        Assert.True(spec.IsComplete);
    }

    [Theory]
    [InlineData("80", "::80/tcp")]
    [InlineData("8080:80", ":8080:80/tcp")]
    [InlineData("10.0.0.1:8080:80/udp", "10.0.0.1:8080:80/udp")]
    [InlineData("127.0.0.1::80", "127.0.0.1::80/tcp")]
    [InlineData("[::1]:8080:80", "::1:8080:80/tcp")]
    [InlineData("8000-8002:80-82", ":8000:80/tcp :8001:81/tcp :8002:82/tcp")]
    public void Ports_are_read(string value, string expected) => Assert.Equal(
        expected.Split(' '),
        Spec($"run -p {value} nginx").Network.Publish.Select(port => $"{port.HostIp}:{port.HostPort}:{port.ContainerPort}/{port.Protocol}"));

    [Theory]
    [InlineData("run --restart=always nginx", "--restart", "Restart=")]
    [InlineData("run --restart always nginx", "--restart", "Restart=")]
    [InlineData("run --gpus some nginx", "--gpus", "")]
    [InlineData("run --kernel-memory 1g nginx", "--kernel-memory", "--memory")]
    [InlineData("run --device-read-bps sda:1mb nginx", "--device-read-bps", "/dev/sda:1mb")]
    [InlineData("run -d -a stdout nginx", "--attach", "")]
    [InlineData("run --nmae x nginx", "--nmae", "--name")]
    [InlineData("run -Z nginx", "-Z", "")]
    [InlineData("run --ip 10.1.0.2 nginx", "--ip", "--network")]
    [InlineData("run --net-alias web nginx", "--network-alias", "--network")]
    [InlineData("run -p 80000:80 nginx", "-p", "8080:80")]
    [InlineData("run -p 8000-8001:80-82 nginx", "-p", "")]
    [InlineData("run -p published=80,port=80,target=80 nginx", "-p", "")]
    [InlineData("run -p 999.0.0.1:80:80 nginx", "-p", "")]
    [InlineData("run -m lots nginx", "-m", "512m")]
    [InlineData("run -v ./a:/b nginx", "-v", "")]
    [InlineData("run -v /a:/b:rx nginx", "-v", "ro")]
    [InlineData("run --name x$ nginx", "--name", "")]
    [InlineData("run --ulimit nofiles=1 nginx", "--ulimit", "nofile")]
    [InlineData("run --network a --network b nginx", "--network", "once")]
    [InlineData("run --mount type=bind,src=a,dst=/b nginx", "--mount", "")]
    [InlineData("run --rm=maybe nginx", "--rm", "")]
    [InlineData("run --sig-proxy=false nginx", "--sig-proxy", "")]
    [InlineData("run nginx --name", "", null)]
    [InlineData("run --name", "--name", "")]
    [InlineData("run", "", "")]
    [InlineData("run Nginx", "Nginx", "lower-case")]
    [InlineData("create -d nginx", "-d", "")]
    [InlineData("stop", "", "")]
    [InlineData("stop -s TERM a", "-s", "--stop-signal")]
    [InlineData("kill -s NOPE a", "-s", "SIGTERM")]
    [InlineData("exec a", "", "")]
    [InlineData("pull a b", "", "")]
    [InlineData("-H tcp://x run nginx", "-H", "")]
    [InlineData("--host=x run nginx", "--host=x", "")]
    [InlineData("build .", "build", "registry")]
    [InlineData("compose up", "compose", "one unit for each service")]
    [InlineData("ps -a", "ps", "docker inspect")]
    [InlineData("system prune -f", "system", "docker rm")]
    [InlineData("volume prune", "volume", "docker rm")]
    [InlineData("login registry.example.org", "login", "credentials")]
    [InlineData("frobnicate", "frobnicate", "run")]
    [InlineData("container pull nginx", "container", "run")]
    [InlineData("cp - web:/etc", "-", "file or a folder")]
    [InlineData("cp web:/etc/x -", "-", "file or a folder")]
    [InlineData("cp /a /b", "", "container:path")]
    [InlineData("cp web:/a db:/b", "", "container:path")]
    [InlineData("cp site web:/srv", "site", "whole path")]
    [InlineData("cp -a /a web:/b", "-a", "chown")]
    [InlineData("cp /a", "", "")]
    [InlineData("start -a web db", "", "")]
    [InlineData("rename web", "", "")]
    [InlineData("logs", "", "")]
    [InlineData("inspect --type plugin web", "--type", "")]
    [InlineData("network create", "", "")]
    [InlineData("network create --subnet 10.1.0.0 app", "--subnet", "10.1.0.0/16")]
    [InlineData("network create --subnet 10.1.0.0/33 app", "--subnet", "10.1.0.0/16")]
    [InlineData("network create --gateway 10.1.0.1 app", "", "--subnet")]
    [InlineData("network create --subnet 10.0.0.0/8 --subnet 10.1.0.0/16 app", "", "")]
    [InlineData("network create --ingress app", "--ingress", "swarms")]
    [InlineData("network connect app", "", "")]
    [InlineData("volume create a b", "", "")]
    [InlineData("volume rm", "", "")]
    public void What_cannot_be_honoured_is_refused_by_its_name(string line, string flag, string? suggestion)
    {
        var parse = DockerCommand.Parse(line.Split(' '));
        if (suggestion is null)
        {
            // Words after the image belong to the container.
            Assert.Empty(parse.Problems);
            return;
        }

        Assert.Null(parse.Command);
        var problem = Assert.Single(parse.Problems);
        Assert.Equal(flag, problem.Flag);
        Assert.Contains(suggestion, problem.Suggestion ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Other_commands_are_read()
    {
        Assert.Equal(30, ((ContainerCommand.Stop)Parse("stop a b -t 30")).Seconds);
        Assert.Equal(["a", "b"], ((ContainerCommand.Stop)Parse("stop -t=30 a b")).Names);
        Assert.Equal("SIGHUP", ((ContainerCommand.Kill)Parse("kill --signal=HUP a")).Signal);
        Assert.Equal("SIGKILL", ((ContainerCommand.Kill)Parse("kill a")).Signal);
        Assert.True((Parse("rm -fv a") as ContainerCommand.Remove) is { IsForced: true, WithVolumes: true });
        Assert.True((Parse("start -a a") as ContainerCommand.Start) is { IsAttached: true });
        Assert.Equal(new ContainerCommand.Pull("nginx", "linux/arm64"), Parse("image pull -q --platform linux/arm64 nginx"));
        var exec = (ContainerCommand.Exec)Parse("exec -u root -e A=b web nginx -s reload");
        Assert.Equal(("web", "root"), (exec.Name, exec.Options.User));
        Assert.Equal(["nginx", "-s", "reload"], exec.Arguments);
    }

    [Fact]
    public void Values_with_variables_are_checked_later_and_the_rest_at_once()
    {
        var words = "run --name ${NAME} -m ${MEMORY} -p ${IP}:80:80 -p ${PORT}:81 -l a=b ${IMAGE} x".Split(' ')
            .Select(word => new CommandWord(word, word.Contains('$', StringComparison.Ordinal) ? WordKnowledge.Unexpanded : WordKnowledge.Exact));

        var spec = DockerCommand.Parse([.. words]).Command!.Creates!;

        Assert.Equal([new PublishedPort("${IP}", 80, 80, "tcp")], spec.Network.Publish);
        Assert.Equal((null, null, "${IMAGE}", false), (spec.Name, spec.Resources.Memory, spec.Image, spec.IsComplete));
        Assert.Equal([new("a", "b")], spec.Labels);
    }

    [Fact]
    public void A_variable_of_any_number_of_words_hides_the_command_and_not_the_errors_before_it()
    {
        CommandWord[] words = [new("run"), new("--restart=no"), new("$OPTIONS", WordKnowledge.AnyNumber), new("nginx")];

        Assert.Null(DockerCommand.Parse(words).Command);
        Assert.Single(DockerCommand.Parse(words).Problems);
        Assert.Empty(DockerCommand.Parse([words[0], .. words[2..]]).Problems);
    }

    [Theory]
    [InlineData("docker", true)]
    [InlineData("/usr/bin/docker", true)]
    [InlineData("/bin/docker", true)]
    [InlineData("/usr/bin/dockerd", false)]
    [InlineData("/usr/bin/docker-compose", false)]
    public void Docker_is_known_by_its_name(string path, bool expected) => Assert.Equal(expected, DockerCommand.IsDocker(path));

    [Fact]
    public void Any_words_are_read_without_an_exception()
    {
        string[] pieces =
        [
            "run", "create", "exec", "stop", "-p", "-v", "-itd", "--mount", "type=bind,src=/a,dst=/b", "--name", "--network", "name=a", "80:80", "/a:/b", "nginx",
            "--ulimit", "--cpus", "1.5", "-m", "999999999999999999p", "--tmpfs", "--device", "/", "-", "--", "=", "--=", "-=", "--add-host", "a:", "",
            "cp", "network", "volume", "connect", "rm", "inspect", "logs", "--gpus", "\"device=0,1\"", "\"", "--subnet", "10.0.0.0/8", "::/0", "--gateway", "10.0.0.1",
            "--aux-address", "a=10.0.0.5", "--device-read-bps", "/dev/sda:1mb", "target=80,published=1-2", "8000-8005:80", "--link", ":", "--tail", "-1",
        ];
        var word = Gen.OneOf(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]), Gen.String);
        word.Array[0, 12].Sample(words => { DockerCommand.Parse(words); });
    }

    private static ContainerCommand Parse(string line)
    {
        var parse = DockerCommand.Parse(line.Split(' '));
        Assert.Empty(parse.Problems);
        return parse.Command!;
    }

    private static ContainerSpec Spec(string line) => Parse(line).Creates!;
}
