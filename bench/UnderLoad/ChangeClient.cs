using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HaWeb.Bench.UnderLoad;

/// <summary>
/// Measures, from the client's place, how long a change of one key takes to reach visitors, and what it cannot do without: the watch's delivery, and
/// nginx's own reload. All by turns, so that a busy moment meets all of them.
/// </summary>
internal sealed class ChangeClient(ChangePlan plan) : IDisposable
{
    private const int Hangup = 1;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // The first change after a rest is installed at once: this is longer than the rest.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    private readonly HttpClient _visitor = new(new SocketsHttpHandler { UseProxy = false });
    private readonly HttpClient _store = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = plan.Store };
    private readonly string _configFile = $"/proc/{plan.Master}/root{plan.ConfigPath}";

    public async Task<ChangeTimes> MeasureAsync()
    {
        var watches = new List<double>();
        var changes = new List<double>();
        var reloads = new List<double>();
        await PutAsync(plan.First);
        await UntilServedByAsync(plan.First, new Stopwatch());
        for (var turn = 0; turn < plan.Times; turn++)
        {
            var (from, to) = turn % 2 == 0 ? (plan.First, plan.Second) : (plan.Second, plan.First);
            await Task.Delay(Rest);
            var (watch, change) = await ChangeAsync(to);
            await Task.Delay(Rest);
            reloads.Add(await ReloadAsync(to, from));
            await Task.Delay(Rest);
            reloads.Add(await ReloadAsync(from, to));

            // The first turns meet code that was never run.
            if (turn >= 4)
            {
                watches.Add(watch);
                changes.Add(change);
            }
        }

        return new ChangeTimes(watches, reloads[8..], changes);
    }

    public void Dispose()
    {
        _visitor.Dispose();
        _store.Dispose();
    }

    /// <summary>Puts the key, and gives when its watch delivered it and when the first visitor was served by it, in milliseconds.</summary>
    private async Task<(double Watch, double Change)> ChangeAsync(ChangeBackend to)
    {
        using var watching = await WatchAsync();
        var watch = new Stopwatch();
        var delivered = DeliveredAsync(watching, watch);
        watch.Start();
        var served = UntilServedByAsync(to, watch);
        await PutAsync(to);
        return (await delivered, await served);
    }

    /// <summary>Puts the other backend into the file, lets nginx reload, and gives when the first visitor was served by it.</summary>
    private async Task<double> ReloadAsync(ChangeBackend from, ChangeBackend to)
    {
        var text = await File.ReadAllTextAsync(_configFile);
        await File.WriteAllTextAsync(_configFile, text.Replace($"server {from.Address} ", $"server {to.Address} ", StringComparison.Ordinal));
        var watch = Stopwatch.StartNew();
        _ = Kill(plan.Master, Hangup);
        return await UntilServedByAsync(to, watch);
    }

    private async Task<double> UntilServedByAsync(ChangeBackend backend, Stopwatch watch)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, plan.Site);
            request.Headers.ConnectionClose = true;
            using var response = await _visitor.SendAsync(request, limit.Token);
            if ((await response.Content.ReadAsStringAsync(limit.Token)).Trim() == backend.Name)
            {
                return watch.Elapsed.TotalMilliseconds;
            }
        }
    }

    private async Task PutAsync(ChangeBackend backend)
    {
        using var response = await _store.PostAsJsonAsync("v3/kv/put", new { key = Base64(plan.Key), value = Base64(backend.Address) });
        response.EnsureSuccessStatusCode();
    }

    private async Task<StreamReader> WatchAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v3/watch")
        {
            Content = JsonContent.Create(new { create_request = new { key = Base64(plan.Key) } }),
        };
        var response = await _store.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        // Its first line says that it is there.
        await reader.ReadLineAsync();
        return reader;
    }

    private static async Task<double> DeliveredAsync(StreamReader watching, Stopwatch watch)
    {
        using var message = JsonDocument.Parse(await watching.ReadLineAsync() ?? "{}");
        return message.RootElement.GetProperty("result").TryGetProperty("events", out _)
            ? watch.Elapsed.TotalMilliseconds
            : throw new InvalidOperationException("The watch delivered no event.");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int id, int signal);
}
