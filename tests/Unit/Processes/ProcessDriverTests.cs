using System.Diagnostics;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Processes;

namespace HaWeb.Tests.Unit.Processes;

/// <summary>Real processes of this machine: how they are started, what they leave, and how they outlive the agent.</summary>
public sealed class ProcessDriverTests : IAsyncLifetime
{
    private const string Unit = "app@1.service";
    private static readonly ContainerLabels Main = new("cluster", Unit, 7, "hash", 0, "boot");
    private static readonly ContainerLabels Command = Main with { RunHash = "" };

    private readonly string _folder = Directory.CreateTempSubdirectory("haweb-processes-").FullName;
    private Agent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _agent = new Agent(_folder);
        await _agent.FoundAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.Driver.ExecuteAsync(new ProcessRequest.Forget(Unit), CancellationToken.None);
        await _agent.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Arguments_come_out_byte_for_byte()
    {
        string[] arguments = ["", "two words", "\"quoted\"", "tab\tand\nnewline", "$HOME `ls` $(ls) * ? ~ \\ ; | & <>", "-e", "--", "ünïcödé ✓", "'"];

        await RunAsync(new ProcessSpec("/usr/bin/printf", ["[%s]", .. arguments]), Command);

        Assert.Equal(string.Concat(arguments.Select(one => $"[{one}]")), string.Join('\n', await LogAsync()));
    }

    [Fact]
    public async Task It_has_its_own_environment_and_nothing_of_the_agents()
    {
        var spec = new ProcessSpec("env", []) { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["A"] = "x y's\n$HOME", ["folder"] = "u", ["PWD"] = "p" } };

        var id = await RunAsync(spec, Command);

        Assert.Equal(["$HOME", "A=x y's", $"INVOCATION_ID={id["process-".Length..]}", "PATH=/usr/bin:/bin", "PWD=p", "folder=u"], (await LogAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_variables_of_its_user_and_its_run_stand_in_its_command_too()
    {
        var unit = UnitName.Parse(Unit);
        var line = Assert.Single(CommandLine.Parse("/usr/bin/printf [%%s] ${USER} ${LOGNAME} ${HOME} $SHELL ${INVOCATION_ID} ${A} ${NONE}", unit, out _));
        var environment = new Dictionary<string, string> { ["A"] = "own", ["HOME"] = "/mine" };
        var spec = new ProcessSpec(line.Path, []) { Source = (line, new SpecifierContext(unit)), Environment = environment, User = "nobody" };

        var id = await RunAsync(spec, Command);

        Assert.Equal($"[nobody][nobody][/mine][/usr/sbin/nologin][{id["process-".Length..]}][own][]", Assert.Single(await LogAsync()));
    }

    [Fact]
    public async Task Its_variables_stand_in_no_list_of_processes()
    {
        var started = await StartAsync(Shell("sleep 60") with { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["PASSWORD"] = "swordfish" } }, Main);
        await _agent.UntilAsync(() => Task.FromResult(LocalProcess.Look(started.Number)!.Value.Title == "/bin/sh -c sleep 60"));

        Assert.DoesNotContain(LocalProcess.All(), row => row.Title.Contains("swordfish", StringComparison.Ordinal));
        Assert.True(LocalProcess.HasVariable(started.Number, "PASSWORD", "swordfish"));
        Assert.False(File.Exists(Path.Combine(_folder, "processes", started.Process["process-".Length..], "environment")));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("kill -INT $$", 130)]
    [InlineData("kill -QUIT $$", 131)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("trap 'exit 9' PIPE; kill -PIPE $$; exit 5", 5)]
    public async Task It_ends_with_its_exit_code_and_signals_mean_to_it_what_they_mean_under_systemd(string script, int exitCode)
    {
        var started = await StartAsync(Shell(script), Main);

        Assert.Equal(exitCode, await _agent.EndOfAsync(started.Process));
    }

    [Fact]
    public async Task Many_that_end_at_once_are_all_started_and_all_end()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => StartAsync(new ProcessSpec("/bin/true", []), Main with { Unit = $"app@{i}.service" })));

        Assert.All(await Task.WhenAll(started.Select(one => _agent.EndOfAsync(one.Process))), code => Assert.Equal(0, code));
    }

    [Fact]
    public async Task It_runs_in_a_session_of_its_own_and_its_number_is_that_of_the_program()
    {
        var started = await StartAsync(Shell("sleep 60"), Main);

        await _agent.UntilAsync(() => Task.FromResult(LocalProcess.Look(started.Number)!.Value.Title == "/bin/sh -c sleep 60"));
        Assert.NotEqual(LocalProcess.Look(Environment.ProcessId)!.Value.Session, LocalProcess.Look(started.Number)!.Value.Session);
    }

    [Fact]
    public async Task Folder_mask_and_user_are_those_of_the_unit()
    {
        var spec = Shell("pwd; umask; id -un; id -gn; echo $HOME $USER") with { WorkingDirectory = "/tmp", UMask = 0b000_111_111, User = "nobody" };

        await RunAsync(spec, Command);

        Assert.Equal(["/tmp", "0077", "nobody", "nogroup", "/nonexistent nobody"], await LogAsync());
    }

    [Theory]
    [InlineData("/no/such/program", null, "/", "there is no program /no/such/program on this machine")]
    [InlineData("/etc/passwd", null, "/", "/etc/passwd is not executable")]
    [InlineData("/bin/true", "no-such-user", "/", "User=no-such-user: this machine has no such user")]
    [InlineData("/bin/true", null, "/no/such/folder", "WorkingDirectory=/no/such/folder: there is no such folder on this machine; write a - in front if it may be missing")]
    public async Task What_cannot_be_started_says_why_and_leaves_nothing(string path, string? user, string folder, string message)
    {
        var failure = await Assert.ThrowsAsync<ProcessException>(() => StartAsync(new ProcessSpec(path, []) { User = user, WorkingDirectory = folder }, Main));

        Assert.Equal(message, failure.Message);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_folder, "processes")));
    }

    [Fact]
    public async Task Both_outputs_go_to_the_log_with_their_times_also_a_line_without_an_end()
    {
        var before = DateTimeOffset.UtcNow;
        await RunAsync(Shell("echo one; echo two >&2; printf three"), Command);

        var lines = await LinesAsync();
        Assert.Equal(["one", "three", "two"], lines.Select(line => line.Text).Order(StringComparer.Ordinal));
        Assert.Equal(["two"], lines.Where(line => line.Output == DockerOutput.Error).Select(line => line.Text));
        Assert.All(lines, line => Assert.InRange(line.Time!.Value, before, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task Output_goes_to_a_file_where_the_unit_says_so()
    {
        var file = Path.Combine(_folder, "output");
        File.WriteAllText(file, "before\n");
        await RunAsync(Shell("echo one; echo two >&2") with { Output = new OutputTarget(OutputKind.Append, file), Errors = new OutputTarget(OutputKind.Append, file) }, Command);

        Assert.Equal("before\none\ntwo\n", File.ReadAllText(file));
        Assert.Empty(await LinesAsync());
    }

    [Fact]
    public async Task What_is_printed_is_bounded_in_the_log_and_where_it_waits_for_it()
    {
        var line = new string('x', 999);
        var started = await StartAsync(Shell($"yes {line} | head -n 8000; exec sleep 60"), Main);
        await _agent.UntilAsync(async () => (await LinesAsync()) is { Count: > 0 } lines && SpoolBlocks(started) < 3 * 1024 && lines[^1].Text == line && TakenIn(started) == 8_000_000);

        var log = new DirectoryInfo(Path.Combine(_folder, "logs", Unit)).EnumerateFiles().Sum(file => file.Length);
        Assert.InRange(log, 500_000, 4_000_000);
    }

    [Fact]
    public async Task What_is_printed_while_there_is_no_agent_is_bounded_also_after_a_signal_that_is_not_heard()
    {
        var gate = Path.Combine(_folder, "gate");
        var started = await StartAsync(Shell($"trap '' TERM; echo ready; while [ ! -e {gate} ]; do sleep 0.05; done; yes | head -c 20000000; exec sleep 60"), Main);
        await _agent.UntilAsync(async () => (await LinesAsync()).Count == 1);
        await _agent.DisposeAsync();
        var session = LocalProcess.Look(started.Number)!.Value.Session;
        foreach (var row in LocalProcess.All().Where(row => row.Session == session && row.Id != session))
        {
            using var process = LinuxCalls.OpenProcess(row.Id);
            LinuxCalls.Signal(process!, 15);
        }

        File.WriteAllText(gate, "");
        await _agent.UntilAsync(() => Task.FromResult(LocalProcess.Look(started.Number) is { Title: "sleep 60" } && SpoolBlocks(started) < 8 * 1024));

        _agent = new Agent(_folder);
        await _agent.FoundAsync();
    }

    [Fact]
    public async Task The_end_of_one_whose_child_prints_on_and_on_is_told_and_keeps_no_other_unit_waiting()
    {
        var started = await StartAsync(Shell("yes on and on & exit 7"), Main);
        var other = await StartAsync(Shell("exit 3"), Main with { Unit = "other.service" });

        Assert.Equal(7, await _agent.EndOfAsync(started.Process));
        Assert.Equal(3, await _agent.EndOfAsync(other.Process));
        await _agent.UntilAsync(async () => SpoolBlocks(started) < 24 * 1024 && await LogAsync() is { Count: > 0 } lines && lines.Contains("on and on"));
    }

    [Fact]
    public async Task Stopping_leaves_no_child_not_even_one_with_a_session_of_its_own()
    {
        var marker = $"haweb-{Guid.NewGuid():N}";
        var started = await StartAsync(Shell($"setsid sh -c 'sleep 61; : {marker}' & (sh -c 'trap \"\" TERM; sleep 62; : {marker}' &) ; sleep 63; : {marker}"), Main);
        await _agent.UntilAsync(() => Task.FromResult(Named(marker) == 3));

        await _agent.Driver.ExecuteAsync(new ProcessRequest.Stop(Unit, KillMode.ControlGroup, 15, TimeSpan.FromMilliseconds(300)), CancellationToken.None);

        Assert.Equal(0, Named(marker));
        Assert.Equal(143, await _agent.EndOfAsync(started.Process));
        Assert.DoesNotContain(LocalProcess.All(), row => row.Title.Contains(_folder, StringComparison.Ordinal));
    }

    [Fact]
    public async Task KillMode_process_ends_the_main_process_alone()
    {
        var marker = $"haweb-{Guid.NewGuid():N}";
        var started = await StartAsync(Shell($"sh -c 'sleep 61; : {marker}' & exec sleep 62"), Main);
        await _agent.UntilAsync(() => Task.FromResult(LocalProcess.Look(started.Number)!.Value.Title == "sleep 62" && Named(marker) == 1));

        await _agent.Driver.ExecuteAsync(new ProcessRequest.Stop(Unit, KillMode.Process, 15, TimeSpan.FromSeconds(5)), CancellationToken.None);

        Assert.Equal(143, await _agent.EndOfAsync(started.Process));
        Assert.Equal(1, Named(marker));
    }

    [Fact]
    public async Task What_a_stop_has_spared_is_told_to_end_before_it_is_killed()
    {
        var file = Path.Combine(_folder, "words");
        var script = $"trap 'echo farewell >>{file}; exit' TERM; echo ready; while :; do sleep 0.05; done";
        await StartAsync(Shell(script), Main);
        await _agent.UntilAsync(async () => (await LinesAsync()).Count > 0);
        await _agent.Driver.ExecuteAsync(new ProcessRequest.Stop(Unit, KillMode.None, 15, TimeSpan.FromSeconds(5)), CancellationToken.None);
        Assert.False(File.Exists(file));

        await _agent.Driver.ExecuteAsync(new ProcessRequest.Remove(Unit), CancellationToken.None);

        Assert.Equal("farewell\n", File.ReadAllText(file));
        Assert.Equal(0, Named(file));
    }

    [Fact]
    public async Task One_that_does_not_hear_its_signal_is_killed_in_time()
    {
        var started = await StartAsync(Shell("trap '' TERM; echo ready; while :; do sleep 1; done"), Main);
        await _agent.UntilAsync(async () => (await LinesAsync()).Count > 0);

        await _agent.Driver.ExecuteAsync(new ProcessRequest.Stop(Unit, KillMode.ControlGroup, 15, TimeSpan.FromMilliseconds(200)), CancellationToken.None);

        Assert.Equal(137, await _agent.EndOfAsync(started.Process));
    }

    [Fact]
    public async Task The_next_agent_finds_it_running_with_its_log_and_sees_its_end()
    {
        var gate = Path.Combine(_folder, "gate");
        var started = await StartAsync(Shell($"echo one; while [ ! -e {gate} ]; do sleep 0.05; done; echo two; exit 4"), Main);
        await _agent.UntilAsync(async () => (await LinesAsync()).Count == 1);
        await _agent.DisposeAsync();

        _agent = new Agent(_folder);
        var found = Assert.Single(await _agent.FoundAsync());
        Assert.Equal((started.Process, started.Number, true, (long?)null), (found.Id, found.Number, found.Running, found.ExitCode));
        Assert.Equal(Main, found.Labels);

        File.WriteAllText(gate, "");
        Assert.Equal(4, await _agent.EndOfAsync(started.Process));
        Assert.Equal(["one", "two"], (await LinesAsync()).Select(line => line.Text));
    }

    [Fact]
    public async Task The_next_agent_knows_how_one_ended_while_there_was_none()
    {
        var gate = Path.Combine(_folder, "gate");
        await StartAsync(Shell($"while [ ! -e {gate} ]; do sleep 0.05; done; echo last words; exit 4"), Main);
        await _agent.DisposeAsync();
        File.WriteAllText(gate, "");
        var run = Directory.EnumerateDirectories(Path.Combine(_folder, "processes")).Single();
        while (!File.Exists(Path.Combine(run, "exit")))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        _agent = new Agent(_folder);
        var found = Assert.Single(await _agent.FoundAsync());

        Assert.Equal((false, (long?)4), (found.Running, found.ExitCode));
        await _agent.UntilAsync(async () => (await LinesAsync()).Select(line => line.Text).SequenceEqual(["last words"]));
    }

    [Fact]
    public async Task What_one_prints_that_cannot_be_read_keeps_no_end_from_being_told()
    {
        // A program that runs cannot be opened to be written to, whoever tries.
        var busy = Path.Combine(_folder, "busy");
        File.Copy("/bin/sleep", busy);
        var blind = await StartAsync(new ProcessSpec(busy, ["60"]) { Output = new OutputTarget(OutputKind.Null), Errors = new OutputTarget(OutputKind.Null) }, Main);
        await _agent.UntilAsync(() => Task.FromResult(LocalProcess.Look(blind.Number)!.Value.Title == $"{busy} 60"));
        File.CreateSymbolicLink(RunFileOf(blind, "out"), busy);

        var other = await StartAsync(Shell("exit 3"), Main with { Unit = "other.service" });
        Assert.Equal(3, await _agent.EndOfAsync(other.Process));

        await _agent.Driver.ExecuteAsync(new ProcessRequest.Stop(Unit, KillMode.ControlGroup, 15, TimeSpan.FromSeconds(10)), CancellationToken.None);
        Assert.Equal(143, await _agent.EndOfAsync(blind.Process));
    }

    [Fact]
    public async Task Processes_that_cannot_be_found_now_are_not_taken_for_none()
    {
        var started = await StartAsync(Shell("sleep 60"), Main);
        await _agent.DisposeAsync();
        var record = RunFileOf(started, "run");
        File.Move(record, record + ".kept");
        File.CreateSymbolicLink(record, "/proc/self/mem");

        _agent = new Agent(_folder);
        var failure = await Assert.ThrowsAsync<ProcessException>(() => _agent.Following);
        Assert.StartsWith("the machine's processes cannot be found now: ", failure.Message, StringComparison.Ordinal);

        File.Move(record + ".kept", record, overwrite: true);
        _agent.Follow();
        Assert.Equal(started.Process, Assert.Single(await _agent.FoundAsync()).Id);
    }

    [Fact]
    public async Task Processes_of_another_cluster_are_left_alone()
    {
        var started = await StartAsync(Shell("sleep 60"), Main);
        await _agent.DisposeAsync();

        await using (var other = new Agent(_folder, "other"))
        {
            Assert.Empty(await other.FoundAsync());
            await other.Driver.ExecuteAsync(new ProcessRequest.Remove(Unit), CancellationToken.None);
        }

        Assert.NotNull(LocalProcess.Look(started.Number));
        _agent = new Agent(_folder);
        await _agent.FoundAsync();
    }

    [Fact]
    public async Task An_agent_that_allows_none_starts_none()
    {
        await using var agent = new Agent(_folder, mayStart: false);
        await agent.FoundAsync();

        var failure = await Assert.ThrowsAsync<ProcessException>(() => agent.Driver.ExecuteAsync(new ProcessRequest.Run(Shell("true"), Main), CancellationToken.None));

        Assert.Contains("-AllowProcess", failure.Message, StringComparison.Ordinal);
    }

    private static ProcessSpec Shell(string script) => new("/bin/sh", ["-c", script])
    {
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
    };

    private static int Named(string marker) => LocalProcess.All().Count(row => row.Title.Contains(marker, StringComparison.Ordinal) && !row.Title.Contains("/processes/parent", StringComparison.Ordinal));

    private static long SpoolBlocks(ProcessResult.Started started)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["-k", Spool(started)]) { RedirectStandardOutput = true })!;
        return long.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static long TakenIn(ProcessResult.Started started) =>
        Spool(started) + ".read" is var mark && File.Exists(mark) ? long.Parse(File.ReadAllText(mark), System.Globalization.CultureInfo.InvariantCulture) : 0;

    private string RunFileOf(ProcessResult.Started started, string file) => Path.Combine(_folder, "processes", started.Process["process-".Length..], file);

    private static string Spool(ProcessResult.Started started) =>
        Directory.EnumerateFiles(Path.GetTempPath(), "out", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Single(path => path.Contains(started.Process["process-".Length..], StringComparison.Ordinal));

    private async Task<ProcessResult.Started> StartAsync(ProcessSpec spec, ContainerLabels labels) =>
        (ProcessResult.Started)await _agent.Driver.ExecuteAsync(new ProcessRequest.Run(spec, labels), TestContext.Current.CancellationToken);

    private async Task<string> RunAsync(ProcessSpec spec, ContainerLabels labels)
    {
        var started = await StartAsync(spec, labels);
        Assert.Equal(0, await _agent.EndOfAsync(started.Process));
        return started.Process;
    }

    private async Task<List<string>> LogAsync() => [.. (await LinesAsync()).Select(line => line.Text)];

    private async Task<List<DockerLine>> LinesAsync()
    {
        var lines = new List<DockerLine>();
        await foreach (var line in new UnitLog(_folder, Unit).ReadAsync(new LogRange(), TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>A driver that is followed, as an agent follows it.</summary>
    private sealed class Agent : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly TaskCompletionSource<IReadOnlyList<ProcessState>> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource<long>> _ends = new(StringComparer.Ordinal);

        public Agent(string folder, string cluster = "cluster", bool mayStart = true)
        {
            Driver = new ProcessDriver(folder, cluster, mayStart);
            Follow();
        }

        public Task Following { get; private set; } = Task.CompletedTask;

        public ProcessDriver Driver { get; }

        public void Follow() => Following = Task.Run(FollowAsync);

        public Task<IReadOnlyList<ProcessState>> FoundAsync() => _found.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public Task<long> EndOfAsync(string process) => End(process).Task.WaitAsync(TimeSpan.FromSeconds(20));

        public async Task UntilAsync(Func<Task<bool>> condition)
        {
            var patience = Stopwatch.StartNew();
            while (!await condition())
            {
                Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), "It did not come about.");
                await Task.Delay(20);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await Following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ending.Dispose();
        }

        private TaskCompletionSource<long> End(string process) => _ends.GetOrAdd(process, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

        private async Task FollowAsync()
        {
            await foreach (var happened in Driver.FollowAsync(_ending.Token))
            {
                switch (happened)
                {
                    case Event.ProcessesListed listed:
                        _found.TrySetResult(listed.Processes);
                        break;
                    case Event.ProcessExited exited:
                        End(exited.Process).TrySetResult(exited.ExitCode);
                        break;
                }
            }
        }
    }
}
