using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class SimulationCommandTests : IDisposable
{
    private const string Unit = """
        [Service]
        Restart=always
        ExecStart=/usr/bin/docker run --name web%i -p 80:80 nginx:latest
        ExecStop=/usr/bin/docker stop web%i
        [X-Fleet]
        Conflicts=web@*.service
        [X-HaWeb]
        Service=website
        HealthCheck=http://:80/
        """;

    private const string Balancer = """
        [Service]
        Restart=always
        ExecStart=/usr/bin/docker run --name lb%i -p 80:80 nginx:latest nginx -g 'worker_shutdown_timeout 30s;'
        [X-Fleet]
        Conflicts=lb@*.service
        [X-HaWeb]
        LoadBalancer=website
        VirtualIP=10.99.0.100/24
        """;

    private readonly TestShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void The_design_lines_work_as_written()
    {
        Good("Connect-HaCluster -Simulated -Machine @{Id='A'; Metadata=@{zone='a'}}, @{Id='B'}, @{Id='C'}");
        StartWeb("'web@{1,2}'");

        var left = Good("Invoke-HaFault -Machine B -Kind PowerLoss ; Get-HaUnit | Where-Object Machine -eq B");

        Assert.Empty(left.Output);
        Assert.Equal(["A", "C"], Good("Get-HaUnit").All<HaUnit>().Select(unit => unit.Machine).Order());
        Assert.All(Good("Get-HaUnit").All<HaUnit>(), unit => Assert.Equal(("active", true), (unit.Active, unit.Healthy)));
    }

    [Fact]
    public void Balancers_are_shown_with_their_shared_address_and_by_name()
    {
        Good("Connect-HaCluster -Simulated");
        Good("Import-HaUnit -Name lb@ -Content $args[0]; Start-HaUnit 'lb@{1,2}'", Balancer);

        var all = Good("Get-HaLoadBalancer").All<HaLoadBalancer>();

        Assert.Equal(["lb@1.service", "lb@2.service"], all.Select(one => one.Name).Order());
        Assert.Equal(["holder", "ready"], all.Select(one => one.AddressRole).Order());
        var holder = all.Single(one => one.AddressRole == "holder").Machine;
        Assert.All(all, one => Assert.Equal(("10.99.0.100/24", holder, "website"), (one.VirtualIP, Assert.Single(one.Holder), Assert.Single(one.Services))));
        Assert.Equal("lb@2.service", Good("Get-HaLoadBalancer lb@2").Single<HaLoadBalancer>().Name);
        Assert.Empty(Good("Get-HaLoadBalancer web*").Output);
        Assert.Equal("UnitNotFound", ShellResult.IdOf(_shell.Run("Get-HaLoadBalancer lb@3").Error));
        Assert.Equal(2, Good("Get-HaLoadBalancer | Restart-HaUnit -PassThru").All<HaUnit>().Count);
    }

    [Fact]
    public void Machines_are_as_they_were_described()
    {
        Good("Connect-HaCluster -Simulated -Machine @{ id = 'A'; Name = 'alpha'; Address = '10.9.0.1'; Capacity = 2; Metadata = @{ zone = 'a' } }, @{ Id = 'B' }");

        var machines = Good("Get-HaMachine").All<HaMachine>();

        Assert.Equal(("A", "alpha", "10.9.0.1", 2, "a", "alive"), (machines[0].Id, machines[0].Name, machines[0].Address, machines[0].MaxUnits, machines[0].Metadata["zone"], machines[0].State));
        Assert.Equal("B", machines[1].Name);
    }

    [Fact]
    public void Machines_are_counted_and_three_by_default()
    {
        Assert.Equal("simulated", Good("Connect-HaCluster -Simulated").Single<HaCluster>().Kind);
        Assert.Equal(["sim-1", "sim-2", "sim-3"], Good("Get-HaMachine").All<HaMachine>().Select(machine => machine.Id));
        Good("Connect-HaCluster -Simulated -MachineCount 5");
        Assert.Equal(5, Good("Get-HaCluster").Single<HaClusterInfo>().MachinesAlive);
    }

    [Theory]
    [InlineData("@{ Id = 'A'; Zone = 'a' }", "Zone")]
    [InlineData("@{ Name = 'A' }", "Id")]
    [InlineData("@{ Id = 'a b' }", "a b")]
    [InlineData("@{ Id = 'A' }, @{ Id = 'A' }", "Two machines")]
    [InlineData("@{ Id = 'A'; Capacity = 'many' }", "many")]
    [InlineData("@{ Id = 'A'; Capacity = 0 }", "Capacity")]
    [InlineData("@{ Id = 'A'; Address = 'here' }", "here")]
    [InlineData("@{ Id = 'A'; Metadata = 'zone=a' }", "zone=a")]
    [InlineData("@{ Id = 'A' } -MachineCount 3", "MachineCount")]
    public void A_machine_that_cannot_be_is_refused_with_its_fault(string machines, string mention)
    {
        var result = _shell.Run($"Connect-HaCluster -Simulated -Machine {machines}");

        Assert.Equal("MachineInvalid", ShellResult.IdOf(result.Error));
        Assert.Contains(mention, result.Error.ToString() + result.Error.ErrorDetails?.Message);
    }

    [Fact]
    public void A_thousand_units_start_on_a_hundred_machines()
    {
        Good("Connect-HaCluster -Simulated -MachineCount 100");
        Good("Import-HaUnit -Name job@ -Content $args[0]", "[Service]\nExecStart=/usr/bin/docker run --name job%i job");

        Good("Start-HaUnit 'job@{1..1000}'");

        Assert.Equal(1000, Good("Get-HaUnit job@* | Where-Object Active -eq active").Output.Count);
    }

    [Fact]
    public void A_crashed_container_is_there_again_and_its_log_says_so()
    {
        Connect();
        StartWeb("web@1");

        Good("Get-HaUnit web@1 | Invoke-HaFault ContainerCrash -ExitCode 3");

        var unit = Good("Get-HaUnit web@1").Single<HaUnit>();
        Assert.Equal(("active", 1), (unit.Active, unit.Restarts));
        Assert.Contains("started", Good("Get-HaUnitLog web@1 -Follow").All<HaLogLine>()[^1].Text);
    }

    [Theory]
    [InlineData("Invoke-HaFault ContainerHang -Unit web@1", "")]
    [InlineData("Invoke-HaFault ProbeFail -Unit web@1", "Invoke-HaFault ProbePass -Unit web@1")]
    public void A_unit_that_does_not_answer_leaves_its_service(string fault, string remedy)
    {
        Connect();
        StartWeb("'web@{1,2}'");

        Good(fault);

        Assert.Equal("web@2", Good("Get-HaBackend website").Single<HaBackend>().Name);
        if (remedy.Length > 0)
        {
            Good(remedy);
            Assert.Equal(2, Good("Get-HaBackend website").Output.Count);
        }
    }

    [Fact]
    public void A_server_that_was_registered_by_hand_fails_and_shows_from_where()
    {
        Good("Connect-HaCluster -Simulated -Machine @{Id='A'}, @{Id='B'}, @{Id='C'}");
        StartWeb("web@1");
        Good("Import-HaUnit -Name lb@ -Content $args[0]; Start-HaUnit lb@1", Balancer.Replace("-p 80:80", "-p 8080:80", StringComparison.Ordinal));
        Good("Register-HaBackend website -Address 10.0.9.9 -Port 80 -Name legacy");
        Assert.True(Good("Get-HaBackend website | Where-Object External").Single<HaBackend>().Healthy);

        Good("Invoke-HaFault ProbeFail -Backend website/legacy");

        var backend = Good("Get-HaBackend website | Where-Object External").Single<HaBackend>();
        var balancer = Good("(Get-HaUnit lb@1).Machine").Single<string>();
        Assert.Equal((false, $"connection refused (from {balancer})"), (backend.Healthy, backend.LastError));
        Assert.Equal($"{balancer}: connection refused", Assert.Single(backend.Probes).ToString());
        Good("Invoke-HaFault ProbePass -Backend website/legacy");
        Assert.True(Good("Get-HaBackend website | Where-Object External").Single<HaBackend>().Healthy);

        Assert.Equal(["BackendNotFound"], _shell.Run("Invoke-HaFault ProbeFail -Backend website/web@1").ErrorIds);
        Assert.Equal(["FaultParameterUnused"], _shell.Run("Invoke-HaFault ProbeFail -Backend website/legacy -Machine A").ErrorIds);
        Assert.Equal(["FaultParameterUnused"], _shell.Run("Invoke-HaFault ContainerHang -Backend website/legacy").ErrorIds);
    }

    [Fact]
    public void A_machine_that_is_cut_off_loses_its_units_and_takes_nothing_back()
    {
        Connect();
        StartWeb("'web@{1,2}'");
        var machine = Good("(Get-HaUnit web@1).Machine").Single<string>();

        Good("Get-HaMachine $args[0] | Invoke-HaFault Partition", machine);
        var elsewhere = Good("(Get-HaUnit web@1).Machine").Single<string>();
        Good("Invoke-HaFault Heal -Machine $args[0]", machine);

        Assert.NotEqual(machine, elsewhere);
        Assert.Equal(elsewhere, Good("(Get-HaUnit web@1).Machine").Single<string>());
    }

    [Fact]
    public void Most_machines_lost_at_once_is_a_hold()
    {
        Connect();
        StartWeb("'web@{1,2}'");

        Good("Invoke-HaFault PowerLoss -Machine sim-2, sim-3");

        Assert.Contains("vanished together", Good("Get-HaCluster").Single<HaClusterInfo>().Holding);
    }

    [Fact]
    public void An_outage_of_the_store_is_the_same_error_as_in_production_and_stops_nothing()
    {
        Connect();
        StartWeb("web@1");

        Good("Invoke-HaFault StoreOutage");
        Assert.Equal(["StoreUnavailable"], _shell.Run("Get-HaUnit").ErrorIds);
        Assert.Equal(["StoreUnavailable"], _shell.Run("Start-HaUnit web@2").ErrorIds);
        Good("Invoke-HaFault StoreBack -LeasesLost");

        Assert.Equal(("active", 0), (Good("Get-HaUnit").Single<HaUnit>().Active, Good("Get-HaUnit").Single<HaUnit>().Restarts));
    }

    [Fact]
    public void An_image_that_is_missing_fails_a_start_until_it_is_back()
    {
        Connect();
        Good("Import-HaUnit -Name web@ -Content $args[0]", Unit.Replace("Restart=always\n", "", StringComparison.Ordinal));
        Good("Invoke-HaFault ImageMissing -Image nginx");

        var failed = _shell.Run("Start-HaUnit web@1");
        Good("Invoke-HaFault ImageBack -Image nginx; Restart-HaUnit web@1");

        Assert.Equal(["ImageNotFound"], failed.ErrorIds);
        Assert.Equal("active", Good("Get-HaUnit web@1").Single<HaUnit>().Active);
    }

    [Fact]
    public void A_docker_that_is_down_is_shown_and_its_units_serve_on()
    {
        Connect();
        StartWeb("web@1");
        var machine = Good("(Get-HaUnit web@1).Machine").Single<string>();

        Good("Invoke-HaFault DockerDown -Machine $args[0]", machine);
        Assert.NotNull(Good("Get-HaMachine $args[0]", machine).Single<HaMachine>().DockerDownSince);
        Assert.Single(Good("Get-HaBackend website").Output);
        Assert.Equal(["DockerUnavailable"], _shell.Run("Get-HaUnitLog web@1").ErrorIds);

        Good("Invoke-HaFault DockerUp -Machine $args[0]", machine);
        Assert.Null(Good("Get-HaMachine $args[0]", machine).Single<HaMachine>().DockerDownSince);
    }

    [Fact]
    public void How_long_ago_a_line_was_printed_counts_by_the_clock_of_the_cluster()
    {
        Connect();
        StartWeb("web@1");
        var machine = Good("(Get-HaUnit web@1).Machine").Single<string>();

        // It settles once a silent Docker's minute is over.
        Good("Invoke-HaFault DockerDown -Machine $args[0]; Invoke-HaFault DockerUp -Machine $args[0]", machine);

        Assert.Empty(Good("Get-HaUnitLog web@1 -Since 30s").Output);
        Assert.NotEmpty(Good("Get-HaUnitLog web@1 -Since 1h").Output);
        Assert.NotEmpty(Good("Get-HaUnitLog web@1 -Since 2020-01-01").Output);
    }

    [Theory]
    [InlineData("Invoke-HaFault PowerLoss", "FaultTargetMissing")]
    [InlineData("Invoke-HaFault ContainerCrash", "FaultTargetMissing")]
    [InlineData("Invoke-HaFault ImageMissing", "FaultTargetMissing")]
    [InlineData("Invoke-HaFault PowerLoss -Machine no", "MachineNotFound")]
    [InlineData("Invoke-HaFault ContainerCrash -Unit no", "UnitNotFound")]
    [InlineData("Invoke-HaFault StoreOutage -Machine sim-1", "FaultParameterUnused")]
    [InlineData("Invoke-HaFault PowerLoss -Machine sim-1 -LeasesLost", "FaultParameterUnused")]
    [InlineData("Invoke-HaFault ImageMissing -Image ':'", "ImageInvalid")]
    [InlineData("Start-HaAgent", "NotInSimulation")]
    public void What_cannot_be_is_a_typed_error(string command, string id)
    {
        Connect();

        Assert.Equal([id], _shell.Run(command).ErrorIds);
    }

    [Fact]
    public void Faults_are_refused_on_a_real_cluster()
    {
        using var real = new TestCluster();

        Assert.Equal(["NotSimulated"], real.Run("Invoke-HaFault StoreOutage").ErrorIds);
        Assert.Equal(["NotSimulated"], real.Run("Invoke-HaFault PowerLoss -Machine m1").ErrorIds);
    }

    [Theory]
    [InlineData("Start-HaUnit no")]
    [InlineData("Get-HaUnit no")]
    [InlineData("Stop-HaUnit 'a b'")]
    [InlineData("Start-HaUnit web@1 -TimeoutSec 0")]
    [InlineData("Import-HaUnit -Name web -Content '[Service]'")]
    [InlineData("Get-HaMachine no")]
    [InlineData("Remove-HaUnit no")]
    [InlineData("Get-HaBackend no")]
    [InlineData("Watch-HaUnit 'web@{1'")]
    public void Bad_input_is_the_same_error_as_on_a_local_cluster(string command)
    {
        using var real = new TestCluster();
        Connect();

        Assert.Equal(real.Run(command).ErrorIds, _shell.Run(command).ErrorIds);
    }

    [Fact]
    public void What_if_changes_nothing()
    {
        Connect();

        Good("Invoke-HaFault PowerLoss -Machine sim-1 -WhatIf");

        Assert.Equal(3, Good("Get-HaCluster").Single<HaClusterInfo>().MachinesAlive);
    }

    [Fact]
    public void Watches_give_what_there_is_and_end()
    {
        Connect();
        StartWeb("'web@{1,2}'");

        Assert.Equal(2, Good("Watch-HaUnit").Output.Count);
        Assert.Equal(2, Good("Watch-HaBackends website").Single<HaBackendChange>().Backends.Count);
    }

    [Fact]
    public void Without_waiting_it_has_settled_too()
    {
        Connect();
        Good("Import-HaUnit -Name web@ -Content $args[0]", Unit);

        Good("Start-HaUnit web@1 -NoWait");

        Assert.Equal("active", Good("Get-HaUnit").Single<HaUnit>().Active);
    }

    [Fact]
    public void A_unit_that_no_machine_takes_is_a_timeout_with_its_reason()
    {
        Connect();
        Good("Import-HaUnit -Name web@ -Content $args[0]", Unit);

        var result = _shell.Run("Start-HaUnit 'web@{1..4}'");

        Assert.Equal(["Timeout"], result.ErrorIds);
        Assert.Contains("conflict", result.Error.ErrorDetails.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Time_that_has_not_gone_by_is_not_said_to_have()
    {
        Connect();
        Good("Import-HaUnit -Name job -Content $args[0]", "[Service]\nType=oneshot\nExecStart=/usr/bin/docker run --rm --name job job\n");

        var error = _shell.Run("Start-HaUnit job -TimeoutSec 6000").Error;

        Assert.Equal("Timeout", ShellResult.IdOf(error));
        Assert.Matches("job.service is not there and will not be: the simulation has settled after [0-9]{1,2} s: it starts on", error.ErrorDetails.Message);
    }

    [Fact]
    public void What_a_process_has_printed_can_be_read_after_its_end()
    {
        Good("Connect-HaCluster -Simulated -Machine @{Id='A'; AllowProcess=$true}");
        Good("Import-HaUnit -Name tick -Content $args[0]", "[Service]\nType=oneshot\nExecStart=/usr/bin/curl http://localhost/tick\n");
        Good("Start-HaUnit tick");
        Assert.Equal("inactive", Good("Get-HaUnit tick").Single<HaUnit>().Active);

        Assert.Contains(Good("Get-HaUnitLog tick").All<HaLogLine>(), line => line.Text == "/usr/bin/curl: started");
        Assert.Equal(["UnitHasNoContainer"], _shell.Run("Invoke-HaUnit tick -Command date").ErrorIds);
    }

    [Fact]
    public void A_log_that_is_gone_is_an_error_about_the_unit()
    {
        Connect();
        StartWeb("web@1");
        Good("Invoke-HaFault ImageMissing -Image nginx:latest");
        _shell.Run("Restart-HaUnit web@1 -Force");

        var error = _shell.Run("Get-HaUnitLog web@1").Error;

        Assert.Equal("UnitHasNoContainer", ShellResult.IdOf(error));
        Assert.StartsWith("web@1.service has no container", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("docker ps", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void One_reason_of_many_machines_is_given_once()
    {
        Good("Connect-HaCluster -Simulated -MachineCount 60");
        Good("Import-HaUnit -Name loop -Content $args[0]", "[Service]\nExecStart=/bin/sleep 1d\n");
        _shell.Run("Start-HaUnit loop -TimeoutSec 5");

        Assert.Matches("^no machine takes it: sim-1, sim-2, sim-3 and 57 more: [^:;]*AllowProcess[^:;]*$", Good("Get-HaUnit loop").Single<HaUnit>().Reason);
    }

    [Fact]
    public void What_never_settles_is_warned_of_by_the_command_that_began_it()
    {
        Good("Connect-HaCluster -Simulated -MachineCount 1");
        Good("Import-HaUnit -Name job -Content $args[0]", "[Service]\nRestart=always\nRestartSec=5s\nExecStart=/usr/bin/docker run --rm job\nExecStartPost=/usr/bin/docker kill job\n");

        var result = _shell.Run("Start-HaUnit job -NoWait; Get-HaUnit | Out-Null");

        Assert.Contains("job.service keeps changing", Assert.Single(result.Warnings));
    }

    [Fact]
    public void A_command_in_a_unit_is_said_not_to_have_run()
    {
        Connect();
        StartWeb("web@1");

        var result = Good("Invoke-HaUnit web@1 -Command date");

        Assert.Empty(result.Output);
        Assert.Contains("was not run", Assert.Single(result.Information));
        Assert.Equal(0, Good("Invoke-HaUnit web@1 -Command date -PassThru").Single<HaUnitResult>().ExitCode);
    }

    [Fact]
    public void A_terminal_in_a_simulation_is_refused()
    {
        Connect();
        StartWeb("web@1");

        Assert.Equal(["NotInSimulation"], _shell.Run("Enter-HaUnit web@1").ErrorIds);
    }

    [Fact]
    public void A_balancer_pipeline_publishes_to_a_simulated_nginx()
    {
        Connect();
        StartWeb("'web@{1,2}'");
        Good("Import-HaUnit -Name lb -Content $args[0]; Start-HaUnit lb", "[Service]\nExecStart=/usr/bin/docker run --name lb -p 8080:80 nginx");

        var published = Good("Watch-HaBackends website | New-HaLoadBalancerConfig | Publish-HaLoadBalancerConfig -Container lb").Single<HaLoadBalancerPublication>();

        Assert.Equal((HaLoadBalancerPublication.Applied, 2), (published.Result, published.Backends));
        Assert.Equal(["NginxUnreachable"], _shell.Run("Get-HaBackend website | New-HaLoadBalancerConfig | Publish-HaLoadBalancerConfig -Container no | Out-Null").ErrorIds);
        Assert.Equal(["NotInSimulation"], _shell.Run("Get-HaBackend website | New-HaLoadBalancerConfig | Publish-HaLoadBalancerConfig ./site.conf").ErrorIds);
        Assert.Equal(["NotInSimulation"], _shell.Run("Get-HaBackend website | New-HaLoadBalancerConfig | Test-HaLoadBalancerConfig -Container lb").ErrorIds);
    }

    [Fact]
    public void Several_clusters_live_side_by_side()
    {
        Good("$one = Connect-HaCluster -Simulated -MachineCount 1; $two = Connect-HaCluster -Simulated -MachineCount 2");

        Good("Invoke-HaFault PowerLoss -Machine sim-1 -Cluster $one");

        Assert.Equal([0, 2], Good("$one, $two | Get-HaCluster").All<HaClusterInfo>().Select(info => info.MachinesAlive));
    }

    [Fact]
    public void Completion_offers_simulated_machines_and_kinds()
    {
        Connect();

        Assert.Equal(["sim-1", "sim-2", "sim-3"], Complete("Invoke-HaFault PowerLoss -Machine "));
        Assert.Equal(["StoreBack", "StoreOutage"], Complete("Invoke-HaFault -Kind Store").Order());
    }

    private IReadOnlyList<string> Complete(string text) => [.. _shell
        .Run("(TabExpansion2 $args[0] $args[0].Length).CompletionMatches | ForEach-Object CompletionText", text).Output.Cast<string>()];

    private void Connect() => Good("Connect-HaCluster -Simulated");

    private void StartWeb(string names)
    {
        Good("Import-HaUnit -Name web@ -Content $args[0]", Unit);
        Good($"Start-HaUnit {names}");
    }

    private ShellResult Good(string script, params object?[] arguments)
    {
        var result = _shell.Run(script, arguments);
        Assert.Null(result.Terminating);
        Assert.Empty(result.Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error.ErrorDetails?.Message ?? error.ToString()}"));
        Assert.Empty(result.Warnings);
        return result;
    }
}
