using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.LoadBalancing;

public sealed class KeepalivedWriterTests : IDisposable
{
    private const string Program = "/usr/sbin/keepalived";

    private readonly string _folder = Directory.CreateTempSubdirectory("haweb-keepalived").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keepalived_itself_takes_every_config()
    {
        Assert.True(File.Exists(Program), $"{Program} is missing: apt-get install keepalived");
        var network = NetworkInterface.GetAllNetworkInterfaces().First(one => one.NetworkInterfaceType != NetworkInterfaceType.Loopback && one.SupportsMulticast).Name;
        var router = Gen.Select(
            Gen.Byte[1, 223].Array[4], Gen.Int[8, 30], Gen.Int[1, 65535],
            (address, length, port) => new VirtualRouter(network, new VirtualAddress(string.Join('.', address), length), "10.0.0.1", port));

        router.Sample(one => Assert.Equal("", Test(KeepalivedWriter.Write(one, Script(), Path.Combine(_folder, "state")))), iter: 20, threads: 1);
    }

    [Fact]
    public void An_address_moves_within_two_seconds_of_its_holders_last_word()
    {
        Assert.InRange(KeepalivedWriter.DownTime, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1));
        Assert.InRange(KeepalivedWriter.SkewTime, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200));
        var text = KeepalivedWriter.Write(new VirtualRouter("eth0", new VirtualAddress("10.99.0.100", 24), "10.99.0.1", 8080), "/run/script", "/run/state");
        Assert.Contains("advert_int 0.25\n", text);
        Assert.Contains("virtual_router_id 100\n", text);
        Assert.Contains("nopreempt\n", text);
        Assert.Contains("script \"/bin/bash /run/script check 10.99.0.1 8080\"\n", text);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", true)]
    [InlineData("SSH-2.0-x\r\n", false)]
    [InlineData("", false)]
    public async Task The_check_wants_an_answer_in_http(string answer, bool passes)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(passes, await PassesAsync(((IPEndPoint)listener.LocalEndpoint).Port));
        await asked;
    }

    [Fact]
    public async Task The_check_fails_where_nothing_listens_or_nothing_answers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Assert.False(await PassesAsync(((IPEndPoint)silent.LocalEndpoint).Port));
        silent.Stop();
        Assert.False(await PassesAsync(1));
    }

    [Theory]
    [InlineData("BACKUP", "BACKUP")]
    [InlineData("STOP", "FAULT")]
    public async Task Its_state_is_noted_and_its_end_is_none(string state, string noted)
    {
        var file = Path.Combine(_folder, "state");
        await File.WriteAllTextAsync(file, "FAULT\n", TestContext.Current.CancellationToken);

        using var note = Process.Start("/bin/bash", [Script(), "note", file, "INSTANCE", "haweb", state, "100"]);
        await note.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(noted + "\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("10.99.0.100", 100)]
    [InlineData("10.99.1.255", 255)]
    [InlineData("10.99.2.0", 255)]
    public void The_router_id_is_the_last_number_of_the_address(string address, int id) => Assert.Equal(id, new VirtualAddress(address, 16).RouterId);

    private string Script()
    {
        var path = Path.Combine(_folder, "script");
        File.WriteAllText(path, KeepalivedWriter.Script);
        return path;
    }

    private async Task<bool> PassesAsync(int port)
    {
        using var check = Process.Start(new ProcessStartInfo("/bin/bash", [Script(), "check", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        return check.ExitCode == 0;
    }

    private string Test(string config)
    {
        var path = Path.Combine(_folder, "keepalived.conf");
        File.WriteAllText(path, config);
        using var test = Process.Start(new ProcessStartInfo(Program, ["--vrrp", "--use-file", path, "--config-test"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = test.StandardOutput.ReadToEnd() + test.StandardError.ReadToEnd();
        test.WaitForExit();
        return test.ExitCode == 0 ? "" : $"{test.ExitCode}: {said}";
    }
}
