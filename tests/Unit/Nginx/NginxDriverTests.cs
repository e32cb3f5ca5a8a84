using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaWeb.Core.Containers;
using HaWeb.Core.LoadBalancing;
using HaWeb.Runtime.Nginx;
using HaWeb.Tests.Unit.Docker;
using HaWeb.Tests.Unit.LoadBalancing;

namespace HaWeb.Tests.Unit.Nginx;

[Collection("Docker")]
public sealed class NginxDriverTests(DockerFixture docker) : IDisposable
{
    private const string Path = "/etc/nginx/conf.d/default.conf";
    private const string Bad = "server { listen 127.0.0.1:1; no_such_directive on; }";

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    private readonly NginxDriver _driver = new(docker.Engine);
    private readonly int _port = LocalPort.Free();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_good_config_is_served_by_new_workers(bool testFirst)
    {
        var nginx = await StartAsync("one");
        var time = Stopwatch.StartNew();

        var result = await ApplyAsync(nginx, Answering("two"), testFirst);

        TestContext.Current.SendDiagnosticMessage($"applied in {time.ElapsedMilliseconds} ms");
        var applied = Assert.IsType<NginxResult.Applied>(result);
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
        Assert.IsType<NginxResult.Drained>(await _driver.ExecuteAsync(new NginxRequest.AwaitDrained(nginx, applied.OldWorkers), Token));
        var read = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(nginx, Path), Token));
        Assert.Equal((Answering("two"), true, 0), (read.Text, read.IsServed, read.OldWorkers.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bad_config_is_never_served_and_the_last_good_one_goes_on(bool testFirst)
    {
        var nginx = await StartAsync("one");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var traffic = RequestUntilAsync(ending.Token);

        var result = await ApplyAsync(nginx, Bad, testFirst);
        await ending.CancelAsync();

        var rejected = Assert.IsType<NginxResult.Rejected>(result);
        Assert.Contains("unknown directive \"no_such_directive\"", rejected.Message, StringComparison.Ordinal);
        Assert.All(await traffic, answer => Assert.Equal("one", answer));
        var read = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(nginx, Path), Token));
        Assert.Equal(Answering("one"), read.Text);
        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst));
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
    }

    [Fact]
    public async Task What_only_the_reload_finds_is_told_in_the_words_of_the_log()
    {
        var nginx = await StartAsync("one");
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();

        var result = await ApplyAsync(nginx, Answering("two") + $"server {{ listen {occupied.LocalEndpoint}; }}", testFirst: true);

        var rejected = Assert.IsType<NginxResult.Rejected>(result);
        Assert.Contains("bind()", rejected.Message, StringComparison.Ordinal);
        Assert.Equal("one", await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/"), Token));
    }

    [Fact]
    public async Task An_open_request_survives_and_only_then_is_the_old_worker_drained()
    {
        using var backend = new TcpListener(IPAddress.Loopback, 0);
        backend.Start();
        var nginx = await StartAsync("one", $"location /slow {{ proxy_pass http://{backend.LocalEndpoint}; }}");
        var open = _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/slow"), Token);
        using var connection = await backend.AcceptTcpClientAsync(Token);

        var applied = Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst: false));
        var drained = _driver.ExecuteAsync(new NginxRequest.AwaitDrained(nginx, applied.OldWorkers), Token);
        await EventuallyOnlyAsync("one");
        await Task.Delay(600, Token);
        Assert.False(drained.IsCompleted);
        var read = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(nginx, Path), Token));
        await connection.GetStream().WriteAsync("HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nslow"u8.ToArray(), Token);

        Assert.Equal("slow", await open);
        Assert.IsType<NginxResult.Drained>(await drained);
        Assert.Single(read.OldWorkers);
        Assert.Contains(read.OldWorkers[0], applied.OldWorkers);
    }

    [Fact]
    public async Task An_nginx_that_is_not_the_first_process_is_reloaded_too()
    {
        var nginx = await StartAsync("one", command: ["sh", "-c", "nginx -g 'daemon off;' & wait"]);

        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst: false));
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
        var rejected = Assert.IsType<NginxResult.Rejected>(await ApplyAsync(nginx, Bad, testFirst: false));

        Assert.Contains("no_such_directive", rejected.Message, StringComparison.Ordinal);
        Assert.Equal("two", await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/"), Token));
    }

    [Fact]
    public async Task A_config_that_is_itself_mounted_is_written_in_place()
    {
        var file = System.IO.Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Answering("one"), Token);
        var nginx = await StartAsync(null, change: spec => spec with { Binds = [$"{file}:{Path}"] });

        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst: true));
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
        Assert.IsType<NginxResult.Rejected>(await _driver.ExecuteAsync(new NginxRequest.Apply(nginx, Path, Bad, Answering("two"), TestFirst: true), Token));

        Assert.Equal(Answering("two"), await File.ReadAllTextAsync(file, Token));
        File.Delete(file);
    }

    [Fact]
    public async Task A_container_out_of_sight_is_worked_with_through_the_engine_alike()
    {
        var nginx = await StartAsync("one");
        var driver = new NginxDriver(new ContainerPlaces(docker.Engine, new NginxProgram(), looks: false).OpenAsync);

        var bad = await driver.ExecuteAsync(new NginxRequest.Apply(nginx, Path, Bad, Answering("one"), TestFirst: false), Token);
        var good = await driver.ExecuteAsync(new NginxRequest.Apply(nginx, Path, Answering("two"), Answering("one"), TestFirst: false), Token);
        var seen = await _driver.ExecuteAsync(new NginxRequest.ReadConfig(nginx, Path), Token);
        var drained = await driver.ExecuteAsync(new NginxRequest.AwaitDrained(nginx, Assert.IsType<NginxResult.Applied>(good).OldWorkers), Token);

        Assert.IsType<NginxResult.Rejected>(bad);
        Assert.Equal(Answering("two"), Assert.IsType<NginxResult.Read>(seen).Text);
        Assert.IsType<NginxResult.Drained>(drained);
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
    }

    [Fact]
    public async Task A_link_in_a_container_leads_to_no_file_of_the_machine()
    {
        var file = System.IO.Path.GetTempFileName();
        var nginx = await StartAsync(null, command: ["sh", "-c", $"ln -s {file} {Path}; echo '{Answering("one")}' > {file}; exec nginx -g 'daemon off;'"]);

        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst: false));

        Assert.Equal("two", await EventuallyOnlyAsync("one"));
        Assert.Equal("", await File.ReadAllTextAsync(file, Token));
        File.Delete(file);
    }

    [Fact]
    public async Task A_container_that_was_started_anew_is_not_taken_for_the_one_before()
    {
        var nginx = await StartAsync("one");
        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst: false));
        await docker.AskAsync(new DockerRequest.Stop(nginx, TimeSpan.FromSeconds(5), null));
        await docker.AskAsync(new DockerRequest.Start(nginx));
        Assert.Equal("two", await EventuallyOnlyAsync("none"));

        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("three"), testFirst: false));

        Assert.Equal("three", await EventuallyOnlyAsync("two"));
    }

    [Fact]
    public async Task A_config_in_a_folder_that_is_mounted_is_replaced_in_it()
    {
        var folder = Directory.CreateTempSubdirectory("haweb-nginx-");
        var file = System.IO.Path.Combine(folder.FullName, "default.conf");
        await File.WriteAllTextAsync(file, Answering("one"), Token);
        var nginx = await StartAsync(null, change: spec => spec with { Binds = [$"{folder.FullName}:/etc/nginx/conf.d"] });

        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst: true));
        Assert.Equal("two", await EventuallyOnlyAsync("one"));
        Assert.Equal(Answering("two"), await File.ReadAllTextAsync(file, Token));
        Assert.IsType<NginxResult.Rejected>(await _driver.ExecuteAsync(new NginxRequest.Apply(nginx, Path, Bad, Answering("two"), TestFirst: true), Token));

        Assert.Equal(Answering("two"), await File.ReadAllTextAsync(file, Token));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_version_that_runs_is_told()
    {
        var nginx = await StartAsync("one");

        var version = Assert.IsType<NginxResult.Version>(await _driver.ExecuteAsync(new NginxRequest.ReadVersion(nginx), Token)).Of;

        Assert.Equal(1, version.Major);
        Assert.InRange(version.Minor, 18, 999);
        Assert.IsType<NginxResult.Failed>(await _driver.ExecuteAsync(new NginxRequest.ReadVersion("none"), Token));
    }

    [Fact]
    public async Task A_config_that_was_written_and_not_reloaded_does_not_count_as_served()
    {
        var nginx = await StartAsync("one");
        Assert.True(Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(nginx, Path), Token)).IsServed);
        Assert.IsType<NginxResult.Applied>(await ApplyAsync(nginx, Answering("two"), testFirst: false));

        await docker.AskAsync(new DockerRequest.PutFile(nginx, Path, Bad));
        var read = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(nginx, Path), Token));
        Assert.IsType<NginxResult.Rejected>(await _driver.ExecuteAsync(new NginxRequest.Apply(nginx, Path, Bad, null, TestFirst: true), Token));
        var back = Assert.IsType<NginxResult.Read>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig(nginx, Path), Token));

        Assert.Equal((Bad, false), (read.Text, read.IsServed));
        Assert.Equal((Answering("two"), true), (back.Text, back.IsServed));
    }

    [Fact]
    public async Task A_container_that_ended_is_drained_and_cannot_be_configured()
    {
        var nginx = await StartAsync("one");
        await docker.AskAsync(new DockerRequest.Stop(nginx, TimeSpan.FromSeconds(5), null));

        Assert.IsType<NginxResult.Drained>(await _driver.ExecuteAsync(new NginxRequest.AwaitDrained(nginx, [1]), Token));
        Assert.IsType<NginxResult.Drained>(await _driver.ExecuteAsync(new NginxRequest.AwaitDrained("none", [1]), Token));
        Assert.IsType<NginxResult.Failed>(await ApplyAsync(nginx, Answering("two"), testFirst: true));
        Assert.IsType<NginxResult.Failed>(await _driver.ExecuteAsync(new NginxRequest.ReadConfig("none", Path), Token));
    }

    [Fact]
    public async Task The_nginx_of_the_machine_itself_is_worked_with_alike()
    {
        var folder = Directory.CreateTempSubdirectory("haweb-nginx-").FullName;
        var path = folder + "/site.conf";
        await File.WriteAllTextAsync(folder + "/main.conf", $"pid {folder}/pid; error_log {folder}/log; events {{}} http {{ access_log off; include {folder}/*.conf.d/*; include {path}; }}", Token);
        await File.WriteAllTextAsync(path, Answering("one"), Token);
        using var nginx = Process.Start("nginx", ["-c", folder + "/main.conf", "-g", "daemon off;"]);
        try
        {
            Assert.Equal("one", await EventuallyOnlyAsync("none"));
            var driver = NginxDriver.OnThisMachine(folder + "/pid");

            var bad = await driver.ExecuteAsync(new NginxRequest.Apply("", path, Bad, null, TestFirst: true), Token);
            var good = await driver.ExecuteAsync(new NginxRequest.Apply("", path, Answering("two"), null, TestFirst: true), Token);
            var drained = await driver.ExecuteAsync(new NginxRequest.AwaitDrained("", Assert.IsType<NginxResult.Applied>(good).OldWorkers), Token);
            var read = await driver.ExecuteAsync(new NginxRequest.ReadConfig("", path), Token);

            Assert.Contains("no_such_directive", Assert.IsType<NginxResult.Rejected>(bad).Message, StringComparison.Ordinal);
            Assert.IsType<NginxResult.Drained>(drained);
            Assert.True(Assert.IsType<NginxResult.Read>(read).IsServed);
            Assert.Equal("two", await EventuallyOnlyAsync("one"));
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync(Token);
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task<NginxResult> ApplyAsync(string nginx, string text, bool testFirst) =>
        _driver.ExecuteAsync(new NginxRequest.Apply(nginx, Path, text, Answering("one"), testFirst), Token);

    private string Answering(string word, string more = "") => $"server {{ listen 127.0.0.1:{_port}; location / {{ return 200 {word}; }} {more} }}";

    private async Task<string> StartAsync(string? word, string more = "", string[]? command = null, Func<ContainerSpec, ContainerSpec>? change = null)
    {
        var name = docker.NewName();
        var spec = new ContainerSpec { Image = TestImage.Name, Name = name, Arguments = command ?? ["nginx", "-g", "daemon off;"], Network = new() { Mode = "host" } };
        var created = (DockerResult.Created)await docker.AskAsync(new DockerRequest.Create(change?.Invoke(spec) ?? spec, DockerFixture.Labels(name + ".service")));
        if (word is not null)
        {
            await docker.AskAsync(new DockerRequest.PutFile(created.Container, Path, Answering(word, more)));
        }

        await docker.AskAsync(new DockerRequest.Start(created.Container));
        await EventuallyOnlyAsync("none");
        return created.Container;
    }

    private Task<string> EventuallyOnlyAsync(string notThis) => _http.EventuallyOnlyAsync(_port, notThis, TimeSpan.FromSeconds(5));

    private async Task<List<string>> RequestUntilAsync(CancellationToken ending)
    {
        var answers = new List<string>();
        while (!ending.IsCancellationRequested)
        {
            answers.Add(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/"), Token));
        }

        return answers;
    }
}
