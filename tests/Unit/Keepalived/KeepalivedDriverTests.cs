using System.Diagnostics;
using System.Globalization;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;
using HaWeb.Runtime.Keepalived;

namespace HaWeb.Tests.Unit.Keepalived;

/// <summary>The driver with a program in keepalived's place that changes no addresses; the lab has the real one.</summary>
public sealed class KeepalivedDriverTests : IDisposable
{
    private const string Unit = "lb@a\\x2db.service";

    // It ends when its main process is asked to, and takes the other one with it.
    private const string Program = """
        #!/bin/sh
        for word; do
            case $last in
                --use-file) config=$word ;;
                --pid) main=$word ;;
                --vrrp_pid) vrrp=$word ;;
            esac
            last=$word
        done
        if [ "$last" = --config-test ]; then
            grep -q 'virtual_router_id 13' "$config" && { echo "unlucky" >&2; exit 5; }
            exit 0
        fi
        case $0 in *loser) echo "cannot open it"; exit 1 ;; esac
        sh -c 'sleep 600 & trap "kill $!" TERM; wait' sh "$config" &
        child=$!
        echo "Entering BACKUP STATE"
        trap 'kill $child; rm -f "$main" "$vrrp"; exit 0' TERM
        echo $child > "$vrrp"
        echo $$ > "$main"
        wait
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("haweb-keepalived").FullName;
    private readonly KeepalivedDriver _driver;

    public KeepalivedDriverTests() => _driver = Driver("keepalived");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Files => Path.Combine(_root, "files");

    public void Dispose()
    {
        foreach (var file in Directory.Exists(Files) ? Directory.GetFiles(Files, "*.pid") : [])
        {
            if (int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                using var kill = Process.Start("kill", ["-KILL", id.ToString(CultureInfo.InvariantCulture)]);
                kill.WaitForExit();
            }
        }

        _driver.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task It_runs_until_it_is_stopped_and_is_found_by_the_next_agent()
    {
        Assert.IsType<KeepalivedResult.Runs>(await _driver.ExecuteAsync(Run(100), Token));
        var main = MainId();
        Assert.Contains("virtual_router_id 100", await File.ReadAllTextAsync(Directory.GetFiles(Files, "*.conf").Single(), Token));

        using var next = Driver("keepalived");
        await using var followed = next.FollowAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await followed.MoveNextAsync());
        Assert.Equal([Unit], Assert.IsType<Event.KeepalivedFound>(followed.Current).Units);
        Assert.IsType<KeepalivedResult.Runs>(await next.ExecuteAsync(Run(100), Token));
        Assert.Equal(main, MainId());

        Assert.IsType<KeepalivedResult.Stopped>(await next.ExecuteAsync(new KeepalivedRequest.Stop(Unit), Token));
        Assert.False(IsAlive(main));
        Assert.Empty(Directory.GetFiles(Files, "*.conf"));
        Assert.IsType<KeepalivedResult.Stopped>(await next.ExecuteAsync(new KeepalivedRequest.Stop(Unit), Token));
    }

    [Fact]
    public async Task Its_state_is_told_when_it_notes_it_and_to_the_next_agent()
    {
        await using var followed = _driver.FollowAsync(Token).GetAsyncEnumerator(Token);
        await followed.MoveNextAsync();
        await followed.MoveNextAsync();
        await _driver.ExecuteAsync(Run(100), Token);
        await NoteAsync("BACKUP");
        Assert.Equal(new Event.KeepalivedTold(Unit, KeepalivedState.Backup), await NextAsync(followed));
        await NoteAsync("MASTER");
        Assert.Equal(new Event.KeepalivedTold(Unit, KeepalivedState.Master), await NextAsync(followed));

        using var next = Driver("keepalived");
        await using var followedByNext = next.FollowAsync(Token).GetAsyncEnumerator(Token);
        await next.ExecuteAsync(Run(100), Token);
        Assert.Equal(new Event.KeepalivedTold(Unit, KeepalivedState.Master), await NextAsync(followedByNext));

        async Task NoteAsync(string state)
        {
            var script = Directory.GetFiles(Files, "*.sh").Single();
            using var note = Process.Start("/bin/bash", [script, "note", script.Replace(".sh", ".state", StringComparison.Ordinal), "INSTANCE", "haweb", state, "100"]);
            await note.WaitForExitAsync(Token);
        }

        static async Task<Event> NextAsync(IAsyncEnumerator<Event> events)
        {
            do
            {
                Assert.True(await events.MoveNextAsync());
            }
            while (events.Current is not Event.KeepalivedTold);

            return events.Current;
        }
    }

    [Fact]
    public async Task Another_address_takes_another_process()
    {
        await _driver.ExecuteAsync(Run(100), Token);
        var main = MainId();

        Assert.IsType<KeepalivedResult.Runs>(await _driver.ExecuteAsync(Run(101), Token));

        Assert.False(IsAlive(main));
        Assert.NotEqual(main, MainId());
    }

    [Fact]
    public async Task Its_end_is_told_when_nobody_asked_for_it_and_its_leftovers_do_not_hinder_the_next()
    {
        await using var followed = _driver.FollowAsync(Token).GetAsyncEnumerator(Token);
        await _driver.ExecuteAsync(Run(100), Token);
        using var kill = Process.Start("kill", ["-KILL", MainId().ToString(CultureInfo.InvariantCulture)]);

        Event.KeepalivedEnded? ended = null;
        while (ended is null && await followed.MoveNextAsync())
        {
            ended = followed.Current as Event.KeepalivedEnded;
        }

        Assert.Equal((Unit, "Entering BACKUP STATE"), (ended!.Unit, ended.Message));
        Assert.IsType<KeepalivedResult.Runs>(await _driver.ExecuteAsync(Run(100), Token));
    }

    [Fact]
    public async Task What_keepalived_says_against_its_config_or_its_start_is_told()
    {
        Assert.Contains("unlucky", Assert.IsType<KeepalivedResult.Failed>(await _driver.ExecuteAsync(Run(13), Token)).Message);
        using var loser = Driver("loser");
        Assert.Contains("cannot open it", Assert.IsType<KeepalivedResult.Failed>(await loser.ExecuteAsync(Run(100), Token)).Message);
    }

    [Fact]
    public async Task The_addresses_of_the_machine_are_told_at_the_start()
    {
        await using var followed = _driver.FollowAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await followed.MoveNextAsync());
        Assert.True(await followed.MoveNextAsync());

        Assert.Contains(new InterfaceAddress("lo", "127.0.0.1", 8), Assert.IsType<Event.AddressesListed>(followed.Current).Addresses);
    }

    private static KeepalivedRequest.Run Run(int last) => new(Unit, new VirtualRouter("eth0", new VirtualAddress($"10.99.0.{last}", 24), "10.99.0.1", 80));

    private static bool IsAlive(int id) => File.Exists($"/proc/{id}/cmdline") && File.ReadAllText($"/proc/{id}/cmdline").Length > 0;

    private int MainId() => int.Parse(File.ReadAllText(Directory.GetFiles(Files, "*.pid").Single(path => !path.EndsWith(".vrrp.pid", StringComparison.Ordinal))), CultureInfo.InvariantCulture);

    private KeepalivedDriver Driver(string name)
    {
        var program = Path.Combine(_root, name);
        File.WriteAllText(program, Program);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return new KeepalivedDriver(Files, program);
    }
}
