using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>Enter-HaUnit at a real terminal, in a real container.</summary>
[Collection(TwoMachines.Name)]
public sealed class TerminalTests(TwoMachines two)
{
    private const string Unit = "signalled.service";

    [Fact]
    public async Task Keys_sizes_and_interrupts_reach_the_container_and_the_exit_code_comes_back()
    {
        await two.BeginAsync("Reload", $"Start-HaUnit {Unit}");
        var machine = two.MachineOf(Unit);
        await using var terminal = new TerminalSession(
            two.Lab.Client, $"$end = Enter-HaUnit {Unit} -PassThru -Environment @{{ PS1 = 'ready> ' }}; \"It ended with $($end.ExitCode)\"; exit 5", rows: 30, columns: 100);
        var name = (await terminal.ShowsAsync("\r\n")).Trim();
        await terminal.ShowsAsync("ready> ");

        await terminal.TypeAsync("hostname; stty size\r");
        var host = (await machine.DockerAsync("exec", "signalled", "hostname")).Trim();
        await terminal.ShowsAsync($"{host}\r\n30 100\r\nready> ");

        await terminal.TypeAsync("sh -c 'trap \"stty size; exit\" WINCH; echo now $((1+1)); while :; do sleep 100 & wait; done'\r");
        await terminal.ShowsAsync("now 2\r\n");
        await terminal.ResizeAsync(name, rows: 40, columns: 120);
        await terminal.ShowsAsync("40 120\r\nready> ");

        await terminal.TypeAsync("sleep 4321\r");
        await UntilSleepsAsync(machine, expected: true);
        await terminal.TypeAsync("\x03");
        await terminal.ShowsAsync("ready> ");
        await UntilSleepsAsync(machine, expected: false);
        await terminal.TypeAsync("echo code $?; exit 7\r");
        await terminal.ShowsAsync("code 130\r\n");
        await terminal.ShowsAsync("It ended with 7\r\n");
        await terminal.ShowsAsync("the terminal is as before\r\n");
        Assert.Equal(5, await terminal.EndAsync());
    }

    private static Task UntilSleepsAsync(Machine machine, bool expected) => Wait.UntilAsync(
        async () => (await machine.DockerAsync("exec", "signalled", "ps")).Contains("sleep 4321", StringComparison.Ordinal) == expected,
        LabFixture.Soon,
        $"the sleep in the container: {expected}",
        TestContext.Current.CancellationToken);
}
