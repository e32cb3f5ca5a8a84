using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>
/// Sends requests at a steady rate, each on a connection of its own, as a browser that comes for the first time does, and
/// tells how each ended.
/// </summary>
internal sealed class RequestSender(RequestPlan plan, Action<RequestOutcome> report) : IDisposable
{
    private const int LongestBody = 200;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>Sends them all and waits for the last answer; a cancelled one stops sending and still waits for what is under way.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var underWay = new List<Task>(plan.Count);
        using var timer = new PeriodicTimer(plan.Interval);
        try
        {
            for (var number = 1; number <= plan.Count; number++)
            {
                underWay.Add(SendAsync(number));
                if (number < plan.Count)
                {
                    await timer.WaitForNextTickAsync(stop);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: what was sent is still answered and reported below.
        }

        await Task.WhenAll(underWay);
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(int number)
    {
        var sent = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        try
        {
            using var limit = new CancellationTokenSource(plan.Timeout);
            using var request = new HttpRequestMessage(HttpMethod.Get, plan.Url);
            request.Headers.ConnectionClose = true;
            using var response = await _client.SendAsync(request, limit.Token);
            var body = (await response.Content.ReadAsStringAsync(limit.Token)).Trim();
            Report((int)response.StatusCode, body.Length > LongestBody ? body[..LongestBody] : body, null);
        }
        catch (HttpRequestException problem)
        {
            Report(null, "", (problem.InnerException ?? problem).Message);
        }
        catch (OperationCanceledException)
        {
            Report(null, "", $"no answer within {plan.Timeout.TotalSeconds:0.#} s");
        }

        void Report(int? status, string body, string? error) =>
            report(new RequestOutcome(number, sent, Math.Round(watch.Elapsed.TotalMilliseconds, 1), status, body, error));
    }
}
