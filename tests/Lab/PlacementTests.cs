namespace HaWeb.Tests.Lab;

[Collection(OneWebsite.Name)]
public sealed class PlacementTests(Website website)
{
    [Fact]
    public async Task Web_servers_and_balancer_share_no_machine()
    {
        await website.ServeAsync();

        string[] machines = [.. new[] { Website.Web1, Website.Web2, Website.Balancer }.Select(unit => website.MachineOf(unit).Plan.Name)];

        Assert.Equal(3, machines.Distinct().Count());
    }

    [Fact]
    public async Task An_instance_that_fits_nowhere_says_why_for_each_machine()
    {
        await website.ServeAsync();
        try
        {
            await website.OperateAsync("Start-HaUnit nginx@3.service");
            await website.OperateAsync("Start-HaUnit nginx@4.service -NoWait");
            Assert.NotEqual(website.MachineOf(Website.Balancer), website.MachineOf("nginx@3.service"));

            var reason = string.Join('\n', await website.OperateAsync(
                "Watch-HaUnit nginx@4.service | Where-Object Reason | Select-Object -First 1 | ForEach-Object { \"machine: [$($_.Machine)]\"; $_.Reason }"));

            Assert.StartsWith("machine: []", reason, StringComparison.Ordinal);
            Assert.All(website.Lab.Machines, machine => Assert.Contains(machine.Plan.Name, reason, StringComparison.Ordinal));
            Assert.Contains("nginx@3.service", reason, StringComparison.Ordinal);
            Assert.Contains(Website.Balancer, reason, StringComparison.Ordinal);
        }
        finally
        {
            await website.OperateAsync("Remove-HaUnit 'nginx@{3,4}.service'");
        }
    }
}
