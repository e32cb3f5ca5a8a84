using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>What units of fleet's time find on a machine: the files of CoreOS, and docker, etcdctl and curl that lead to the machine's own engine and etcd.</summary>
[Collection(OneWebsite.Name)]
public sealed class SideKickToolsTests(Website website)
{
    [Fact]
    public async Task Every_machine_has_its_own_files_and_engine()
    {
        await website.ServeAsync();
        foreach (var machine in website.Lab.Machines)
        {
            await machine.ShellAsync("echo $COREOS_PRIVATE_IPV4 > /home/core/address");
        }

        foreach (var machine in website.Lab.Machines)
        {
            var plan = machine.Plan;
            Assert.Equal([plan.Address, plan.Id], Lines(await machine.ShellAsync("cat /home/core/address /etc/machine-id")));
            Assert.Equal([plan.Name], Lines(await machine.ShellAsync("docker -H unix:///var/run/docker.sock info --format '{{.Name}}'")));
        }
    }

    [Fact]
    public async Task What_one_machine_sets_in_etcd_s_first_interface_the_others_read()
    {
        await website.ServeAsync();
        Machine[] machines = [.. website.Lab.Machines];
        await machines[^1].ShellAsync("etcdctl set /side-kick/key value --ttl 60");

        Assert.Equal(["value"], Lines(await machines[0].ShellAsync("etcdctl get /side-kick/key")));
        Assert.Contains("\"value\":\"value\"", await machines[1].ShellAsync("curl -fs ${ETCDCTL_ENDPOINTS%%,*}/v2/keys/side-kick/key"), StringComparison.Ordinal);

        await machines[0].ShellAsync("etcdctl rm /side-kick/key");
        Assert.Equal([""], Lines(await machines[^1].ShellAsync("etcdctl ls /side-kick; echo")));
    }

    [Fact]
    public async Task A_change_in_etcd_runs_a_command_that_signals_a_container()
    {
        await website.ServeAsync();
        var machine = website.MachineOf(Website.Balancer);
        var before = DateTimeOffset.UtcNow;

        // Nothing tells when the watch has begun: a change is made until it has seen one.
        await machine.ShellAsync(
            "rm -f /home/core/seen;"
            + " etcdctl exec-watch --recursive /side-kick -- sh -c 'docker kill -s URG nginx-loadbalancer && touch /home/core/seen' > /dev/null & watch=$!;"
            + " until [ -e /home/core/seen ]; do etcdctl set /side-kick/other 1 > /dev/null; done;"
            + " kill $watch; etcdctl rm /side-kick/other");

        Assert.True(await machine.SignalledAsync("nginx-loadbalancer", before) > before);
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
