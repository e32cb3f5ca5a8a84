using CsCheck;
using HaWeb.Core.Containers;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class UnitLinterTests
{
    private const string Web = """
        [Unit]
        Description=Web server %i
        After=docker.service
        [Service]
        TimeoutStartSec=0
        Restart=always
        ExecStartPre=-/usr/bin/docker kill nginx%i
        ExecStartPre=-/usr/bin/docker rm nginx%i
        ExecStartPre=/usr/bin/docker pull nginx:latest
        ExecStart=/usr/bin/docker run --rm --name nginx%i -p ${COREOS_PRIVATE_IPV4}:80:80 -e NAME=nginx%i nginx:latest
        ExecStop=/usr/bin/docker stop nginx%i
        [X-Fleet]
        Conflicts=nginx@*.service
        [X-HaWeb]
        Service=website
        Port=80
        HealthCheck=http://:80/
        """;

    [Fact]
    public void The_units_of_a_website_are_read_in_full()
    {
        var check = UnitLinter.Check(UnitName.Parse("nginx@2.service"), Web);

        Assert.Empty(check.Problems);
        var unit = check.Definition!;
        Assert.Equal("Web server 2", unit.Description);
        Assert.Equal((null, RestartRule.Always), (unit.Service.TimeoutStart, unit.Service.Restart));
        Assert.Equal(["nginx@*.service"], unit.Fleet.Conflicts.Select(glob => glob.Pattern));
        Assert.Equal(("website", 80, new HealthCheck.Http(false, null, 80, "/")), (unit.HaWeb.Service!, unit.HaWeb.Port!.Value, unit.HaWeb.HealthCheck));
        Assert.Equal((false, false), (unit.IsProcessUnit, unit.NeedsProcesses));
        Assert.All(unit.Service.StartPre.Take(2), command => Assert.True(command.Line.IgnoresFailure));
        Assert.Equal("nginx2", Assert.Single(((ContainerCommand.Kill)unit.Service.StartPre[0].Container!).Names));
        Assert.Equal(new ContainerCommand.Pull("nginx:latest", null), unit.Service.StartPre[2].Container);
        Assert.Equal("nginx2", unit.Container!.Name);
        Assert.Equal([new PublishedPort("${COREOS_PRIVATE_IPV4}", 80, 80, "tcp")], unit.Container.Network.Publish);
        Assert.Equal([new EnvironmentVariable("NAME", "nginx2")], unit.Container.Environment);
        Assert.False(unit.Container.IsComplete);
    }

    [Fact]
    public void On_the_machine_the_same_line_is_read_with_its_address()
    {
        var unit = UnitLinter.Check(UnitName.Parse("nginx@2.service"), Web).Definition!;
        var command = unit.Service.Start[0].Line.Expand(
            new SpecifierContext(unit.Name), new Dictionary<string, string> { ["COREOS_PRIVATE_IPV4"] = "10.0.0.7" });

        var spec = DockerCommand.Parse(command.Arguments).Command!.Creates!;

        Assert.Equal([new PublishedPort("10.0.0.7", 80, 80, "tcp")], spec.Network.Publish);
        Assert.True(spec.IsComplete);
    }

    [Fact]
    public void A_template_is_checked_as_one_of_its_instances()
    {
        var unit = UnitLinter.Check(UnitName.Parse("nginx@.service"), Web).Definition!;

        Assert.True(unit.Name.IsTemplate);
        Assert.Equal("nginx1", unit.Container!.Name);
    }

    [Fact]
    public void A_change_of_placement_or_description_does_not_change_what_runs()
    {
        var name = UnitName.Parse("nginx@1.service");
        var unit = UnitLinter.Check(name, Web).Definition!;
        var moved = UnitLinter.Check(name, Web.Replace("Web server", "Server", StringComparison.Ordinal).Replace("nginx@*", "*", StringComparison.Ordinal).Replace("Port=80", "Port=80\nWeight=2", StringComparison.Ordinal)).Definition!;
        var changed = UnitLinter.Check(name, Web.Replace("-e NAME", "-e WHO", StringComparison.Ordinal)).Definition!;

        Assert.NotEqual(unit.Hash, moved.Hash);
        Assert.Equal(unit.RunHash, moved.RunHash);
        Assert.NotEqual(unit.RunHash, changed.RunHash);
    }

    [Theory]
    [InlineData("[X-Fleet]\nConflict=a.service", "Conflict", "Conflicts", 5, 1)]
    [InlineData("[X-Fleet]\nMachineId=abc", "MachineId", "MachineID", 5, 11)]
    [InlineData("[X-HaWeb]\nHealthChek=tcp://:80", "HealthChek", "HealthCheck", 5, 12)]
    [InlineData("[X-HaWeb]\nService=web\nPort=80000", "Port", null, 6, 6)]
    [InlineData("[X-HaWeb]\nLoadBalancer=web\nAlgorithm=round_robbin", "Algorithm", "round_robin", 6, 11)]
    [InlineData("[X-HaWeb]\nHealthInterval=2 parsecs", "HealthInterval", "500ms", 5, 16)]
    [InlineData("[X-Haweb]\nPort=80", "Port", "X-HaWeb", 5, 6)]
    [InlineData("[X-HaWeb]\nService=web\nService=www", "Service", null, 6, 9)]
    [InlineData("[X-HaWeb]\nPort=", "Port", null, 5, 6)]
    [InlineData("[Service]\nRestart=allways", "Restart", "always", 5, 9)]
    [InlineData("[Service]\nType=dbus", "Type", "simple", 5, 6)]
    [InlineData("[Service]\nType=noitfy", "Type", "Did you mean notify?", 5, 6)]
    [InlineData("[Service]\nType=onshot", "Type", "Did you mean oneshot?", 5, 6)]
    [InlineData("[Service]\nKillSignal=SIGTREM", "KillSignal", "Did you mean SIGTERM?", 5, 12)]
    [InlineData("[Service]\nKillSignal=red", "KillSignal", "Write for example SIGTERM.", 5, 12)]
    [InlineData("[Service]\nExecStartPre=/usr/bin/docker pul nginx", "ExecStartPre", "Did you mean docker pull?", 5, 14)]
    [InlineData("[Service]\nExecStartPre=/usr/bin/docker network creat web", "ExecStartPre", "Did you mean docker network create?", 5, 14)]
    [InlineData("[Service]\nExecStartPre=/usr/bin/docker up", "ExecStartPre", "HaWeb takes run", 5, 14)]
    [InlineData("[Service]\nExecStop=/bin/x %Z", "ExecStop", "%%Z", 5, 17)]
    [InlineData("[Service]\nExecStop=/usr/bin/docker \\\n  build web", "ExecStop", "run", 6, 3)]
    [InlineData("[Service]\nEnvironment=1A=b", "Environment", "NAME=value", 5, 13)]
    [InlineData("[Service]\nSuccessExitStatus=300", "SuccessExitStatus", null, 5, 19)]
    [InlineData("[X-HaWeb]\nLoadBalancer=web\nConfigPath=/etc/x;y", "ConfigPath", null, 6, 12)]
    [InlineData("[X-HaWeb]\nLoadBalancer=web\nLocation=/a api;", "Location", null, 6, 10)]
    [InlineData("[X-HaWeb]\nLoadBalancer=web\nTlsKey=/etc/k", "TlsKey", null, 6, 8)]
    public void A_slip_is_an_error_with_its_place_and_what_was_meant(string more, string key, string? meant, int line, int column)
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), "[Service]\nExecStart=/usr/bin/docker run -p 80:80 nginx\n\n" + more);

        Assert.Null(check.Definition);
        var problem = Assert.Single(check.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal((key, line), (problem.Key, problem.Line));
        Assert.True(problem.Column >= column, $"column {problem.Column}");
        Assert.Contains(meant ?? "", problem.Suggestion ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker run --name web-proxy -p 99999:80 nginx", 39)]
    [InlineData("docker run -p 80:80 -p 99999:80 nginx", 31)]
    [InlineData("docker pull a ; docker run -p 80:80 --rm -p 99999:80 nginx\nType=oneshot", 52)]
    [InlineData("docker run $OPTIONS nginx\nEnvironment=\"OPTIONS=--rm -p 99999:80\"", 22)]
    [InlineData("docker run --name a--attach -d --attach=stdout nginx", 42)]
    public void What_is_wrong_in_a_docker_line_is_where_it_stands_and_not_where_the_same_letters_do(string line, int column)
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), "[Service]\nExecStart=" + line);

        var problem = Assert.Single(check.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal((2, column), (problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("User=a", "User=b")]
    [InlineData("Group=a", "Group=b")]
    [InlineData("WorkingDirectory=/a", "WorkingDirectory=/b")]
    [InlineData("UMask=0022", "UMask=0077")]
    [InlineData("StandardOutput=journal", "StandardOutput=null")]
    [InlineData("StandardError=journal", "StandardError=null")]
    public void An_option_of_a_process_that_a_later_line_overrides_is_a_warning(string first, string last)
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), $"[Service]\nExecStart=/bin/a\n{first}\n{last}\nPassEnvironment=A\nPassEnvironment=B");

        var problem = Assert.Single(check.Problems);
        Assert.Equal((ProblemSeverity.Warning, 3), (problem.Severity, problem.Line));
        Assert.Contains("line 4", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(check.Definition);
    }

    [Theory]
    [InlineData("", "ExecStart")]
    [InlineData("[Service]\nExecStart=/bin/a\nExecStart=/bin/b", "oneshot")]
    [InlineData("[Service]\nExecStart=/usr/bin/docker run --restart=always nginx", "Restart=")]
    [InlineData("[Service]\nType=oneshot\nRestart=always\nExecStart=/bin/a", "on-failure")]
    [InlineData("[Service]\nType=forking\nExecStart=/bin/a", "simple")]
    [InlineData("[Service]\nExecStart=/bin/a\nEnvironmentFile=-/etc/app/*.env", "EnvironmentFile= for each file")]
    [InlineData("[Service]\nExecStart=/bin/a\n[X-HaWeb]\nService=web", "Port=")]
    [InlineData("[Service]\nExecStart=/usr/bin/docker run nginx\n[X-HaWeb]\nService=web", "Port=")]
    public void A_unit_that_cannot_run_as_written_is_refused(string text, string hint)
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), text);

        var problem = Assert.Single(check.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Contains(hint, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_services_and_timers_can_be_run() =>
        Assert.Null(UnitLinter.Check(UnitName.Parse("web.socket"), "[Service]\nExecStart=/bin/a").Definition);

    [Fact]
    public void All_errors_are_found_in_one_pass()
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), "[Service]\nExecStart=docker run --restart=no --frob -m x nginx\nbroken\n[X-Fleet]\nConflict=x\n[X-HaWeb]\nPort=x");

        Assert.Equal([2, 2, 2, 3, 5, 7], check.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.Line));
    }

    [Theory]
    [InlineData("LimitNOFILE=65536", "prlimit --nofile=65536")]
    [InlineData("Nice=5", "nice")]
    [InlineData("OOMScoreAdjust=500", "choom -n 500")]
    [InlineData("SyslogIdentifier=app", "Get-HaUnitLog")]
    public void What_is_not_acted_on_has_advice_for_processes(string option, string advice)
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), $"[Service]\nExecStart=/bin/a\n{option}");

        Assert.Contains(advice, Assert.Single(check.Problems).Suggestion, StringComparison.Ordinal);
    }

    [Fact]
    public void Exit_codes_have_the_names_of_systemd()
    {
        // The example of systemd.service(5).
        var check = UnitLinter.Check(UnitName.Parse("web.service"), "[Service]\nExecStart=/bin/a\nSuccessExitStatus=TEMPFAIL 250 SIGKILL\nRestartPreventExitStatus=NOTINSTALLED");

        Assert.Empty(check.Problems);
        Assert.Equal([75, 250], check.Definition!.Service.SuccessExitStatus.Codes);
        Assert.Equal([9], check.Definition.Service.SuccessExitStatus.Signals);
        Assert.Equal([5], check.Definition.Service.RestartPreventExitStatus.Codes);
        Assert.Contains("TEMPFAIL", Assert.Single(UnitLinter.Check(UnitName.Parse("web.service"), "[Service]\nExecStart=/bin/a\nSuccessExitStatus=TEMPFALL").Problems).Suggestion, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[Service]\nExecStart=/bin/a\nProtectSystem=full", "ProtectSystem")]
    [InlineData("[Service]\nExecStart=/bin/a\n[Unit]\nConditionPathExists=/x", "ConditionPathExists")]
    [InlineData("[Service]\nExecStart=/bin/a\n[X-HaWeb]\nWeight=2", "Weight")]
    [InlineData("[Service]\nExecStart=/bin/a\n[X-HaWeb]\nListen=81", "Listen")]
    [InlineData("[Service]\nExecStart=docker run -d nginx", "ExecStart")]
    [InlineData("[Service]\nExecStart=docker run nginx\nKillMode=none", "KillMode")]
    [InlineData("[Service]\nExecStart=/bin/a\nKillMode=none", "KillMode")]
    [InlineData("[Service]\nExecStart=/bin/a\nRestart=on-watchdog", "Restart")]
    [InlineData("[Service]\nExecStart=/bin/a\nStandardOutput=kmsg", "StandardOutput")]
    [InlineData("[Service]\nExecStart=/bin/a\nStandardError=journal+console", "StandardError")]
    [InlineData("[Service]\nExecStart=/bin/a\nKillMode=process", "KillMode")]
    [InlineData("[Service]\nExecStart=docker run -p 80:80 nginx\n[X-HaWeb]\nLoadBalancer=website", "ExecStart")]
    public void What_is_not_acted_on_is_a_warning(string text, string key)
    {
        var check = UnitLinter.Check(UnitName.Parse("web.service"), text);

        Assert.NotNull(check.Definition);
        Assert.Equal((ProblemSeverity.Warning, key), (Assert.Single(check.Problems).Severity, check.Problems[0].Key));
    }

    [Theory]
    [InlineData("lb@1.service", "-p 80:80", "", null)]
    [InlineData("lb@.service", "-p 0.0.0.0:8080:80", "", null)]
    [InlineData("lb.service", "-p 80:80", "Global=true", null)]
    [InlineData("lb.service", "-p 80:80", "", ProblemSeverity.Warning)]
    [InlineData("lb@1.service", "--network host", "", null)]
    [InlineData("lb@1.service", "-p 10.0.0.1:80:80", "", ProblemSeverity.Error)]
    [InlineData("lb@1.service", "-p 80:8080", "", ProblemSeverity.Error)]
    [InlineData("lb@1.service", "", "", ProblemSeverity.Error)]
    [InlineData("lb@1.service", "-p ${HAWEB_ADDRESS}:80:80", "", null)]
    public void A_shared_address_has_to_lead_to_the_balancer_and_to_be_shared(string name, string ports, string fleet, ProblemSeverity? severity)
    {
        var check = UnitLinter.Check(
            UnitName.Parse(name),
            $"[Service]\nExecStart=docker run {ports} nginx nginx -g 'worker_shutdown_timeout 1s;'\n[X-Fleet]\n{fleet}\n[X-HaWeb]\nLoadBalancer=website\nVirtualIP=10.99.0.100/24");

        Assert.Equal(severity, check.Problems.SingleOrDefault()?.Severity);
        Assert.All(check.Problems, problem => Assert.Equal("VirtualIP", problem.Key));
    }

    [Fact]
    public void Process_lines_are_told_from_docker_lines()
    {
        var process = UnitLinter.Check(UnitName.Parse("a.service"), "[Service]\nExecStart=/usr/bin/docker-proxy x").Definition!;
        var mixed = UnitLinter.Check(UnitName.Parse("a.service"), "[Service]\nExecStartPre=/bin/mkdir -p /srv/a\nExecStart=/bin/docker run a").Definition!;

        Assert.Equal((true, true), (process.IsProcessUnit, process.NeedsProcesses));
        Assert.Equal((false, true), (mixed.IsProcessUnit, mixed.NeedsProcesses));
    }

    [Fact]
    public void A_container_made_before_and_started_then_is_the_units_container()
    {
        var unit = UnitLinter.Check(
            UnitName.Parse("a.service"),
            "[Service]\nExecStartPre=docker create --name web -p 8080:80 nginx\nExecStart=docker start -a web\n[X-HaWeb]\nService=web").Definition!;

        Assert.Equal(("web", 8080), (unit.Container!.Name!, unit.AdvertisedPort!.Value));
    }

    [Fact]
    public void An_empty_assignment_resets_a_list()
    {
        var unit = UnitLinter.Check(
            UnitName.Parse("a.service"), "[Service]\nExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2").Definition!;

        Assert.Equal(["/bin/b"], unit.Service.Start.Select(command => command.Line.Path));
        Assert.Equal([new("B", "2")], unit.Service.Environment);
    }

    [Fact]
    public void The_units_own_variables_are_known_at_once_unless_a_file_can_change_them()
    {
        const string Text = "[Service]\nExecStart=docker run $OPTIONS --name ${NAME} nginx\nEnvironment=\"OPTIONS=--rm -p 80:80\" NAME=%p\n";
        var known = UnitLinter.Check(UnitName.Parse("web.service"), Text).Definition!;
        var hidden = UnitLinter.Check(UnitName.Parse("web.service"), Text + "EnvironmentFile=-/etc/environment\n").Definition!;

        Assert.Equal(("web", 80, true), (known.Container!.Name!, known.AdvertisedPort!.Value, known.Container.IsComplete));
        Assert.Null(hidden.Container);
        Assert.Equal([new EnvironmentFilePath("/etc/environment", true)], hidden.Service.EnvironmentFiles);
    }

    [Fact]
    public void Service_options_have_systemds_meaning()
    {
        var service = UnitLinter.Check(
            UnitName.Parse("a.service"),
            """
            [Unit]
            StartLimitIntervalSec=1min
            StartLimitBurst=3
            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/bin/a
            RestartSec=5
            TimeoutStopSec=2min
            KillMode=mixed
            KillSignal=SIGQUIT
            SuccessExitStatus=1 2 SIGTERM
            """).Definition!.Service;

        Assert.Equal((TimeSpan.FromMinutes(1), 3, ServiceType.OneShot, true), (service.StartLimitInterval, service.StartLimitBurst, service.Type, service.RemainAfterExit));
        Assert.Equal((TimeSpan.FromSeconds(5), null, TimeSpan.FromMinutes(2)), (service.RestartDelay, service.TimeoutStart, service.TimeoutStop));
        Assert.Equal((KillMode.Mixed, 3), (service.KillMode, service.KillSignal));
        Assert.Equal([1, 2], service.SuccessExitStatus.Codes);
        Assert.Equal([15], service.SuccessExitStatus.Signals);
    }

    [Theory]
    [InlineData("web@.service", "", null)]
    [InlineData("web@1.service", "Conflicts=web@*", null)]
    [InlineData("web.service", "", ProblemSeverity.Warning)]
    [InlineData("web@.service", "MachineID=0123", ProblemSeverity.Warning)]
    [InlineData("web@.service", "Global=true", ProblemSeverity.Error)]
    public void Spread_is_for_the_instances_of_a_template_that_may_run_anywhere(string name, string fleet, ProblemSeverity? expected)
    {
        var check = UnitLinter.Check(UnitName.Parse(name), $"[Service]\nExecStart=docker run x\n[X-Fleet]\n{fleet}\n[X-HaWeb]\nSpread=zone");

        Assert.Equal(expected is { } severity ? [(severity, 6, "Spread")] : [], check.Problems.Select(problem => (problem.Severity, problem.Line, problem.Key)));
    }

    [Fact]
    public void A_unit_that_no_machine_can_ever_take_is_refused()
    {
        var check = UnitLinter.Check(UnitName.Parse("web@.service"), "[Service]\nExecStart=docker run x\n[X-Fleet]\nMachineMetadata=zone in (a, b)\nMachineMetadata=zone notin (b, a)");

        var problem = Assert.Single(check.Problems);
        Assert.Equal((5, 17), (problem.Line, problem.Column));
        Assert.Contains("zone in (a,b)", problem.Message, StringComparison.Ordinal);
        Assert.Null(check.Definition);
    }

    [Fact]
    public void Any_text_is_checked_without_an_exception()
    {
        string[] pieces =
        [
            "[Service]\n", "[X-Fleet]\n", "[X-HaWeb]\n", "[Unit]\n", "ExecStart=", "docker run ", "-p", "80", ":", "$A ", "${A}", "%i", "%", "\\\n", "\n", "\"", "=",
            "MachineMetadata=", "!=", " in ", " notin ", " exists", "(", ")", ",", "Spread=", "Global=on\n", "MachineOf=", "Replaces=",
            "Environment=", "A=", "Conflicts=", "Location=", "HealthCheck=", "http://", "VirtualIP=", "Listen=", "/", "--mount ", "--name=", "x", " ",
        ];
        var text = Gen.OneOf(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 30].Select(string.Concat), Gen.String);
        text.Sample(
            sample =>
            {
                var lines = sample.Split('\n').Length;
                var check = UnitLinter.Check(UnitName.Parse("a@1.service"), sample);

                Assert.Equal(check.Definition is null, check.Problems.Any(problem => problem.Severity == ProblemSeverity.Error));
                Assert.All(check.Problems, problem => Assert.InRange(problem.Line, 0, lines));
                Assert.All(check.Problems, problem => Assert.NotEmpty(problem.Message));
            },
            iter: 5_000);
    }
}
