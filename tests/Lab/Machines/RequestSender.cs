using System.Diagnostics;

namespace HaWeb.Lab;

/// <summary>
/// Sends requests at fixed times, whether or not earlier ones were answered, and tells how each ended. A request's time counts from when it was to be
/// sent, so that a stall shows in every request that fell into it. The odd ones come on connections of their own, as a browser's do that comes for the
/// first time; where the plan keeps connections, the even ones share some, and are sent once more on one of their own when a shared one is closed
/// under them, as browsers do (RFC 9112, 9.3.1): a server may close a connection in the moment in which a request comes on it.
/// </summary>
public sealed class RequestSender : IDisposable
{
    private const int LongestBody = 200;
    private readonly RequestPlan _plan;
    private readonly Action<RequestOutcome> _report;
    private readonly HttpClient _fresh = NewClient();
    private readonly HttpClient _kept;

    /// <summary>Makes one that has sent nothing yet.</summary>
    /// <param name="plan">What to send.</param>
    /// <param name="report">Is told how each ended, from several threads.</param>
    public RequestSender(RequestPlan plan, Action<RequestOutcome> report)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        _report = report;
        _kept = plan.KeepConnections ? NewClient() : _fresh;
    }

    /// <summary>Sends them all and waits for the last answer; a cancelled one stops sending and still waits for what is under way.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var underWay = new List<Task>(_plan.Count);
        var begin = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        try
        {
            for (var number = 1; number <= _plan.Count; number++)
            {
                var due = (number - 1) * _plan.Interval;
                if (due - watch.Elapsed is var wait && wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, stop);
                }

                stop.ThrowIfCancellationRequested();
                underWay.Add(SendAsync(number, begin, due, watch));
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: what was sent is still answered and reported below.
        }

        await Task.WhenAll(underWay);
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose()
    {
        _fresh.Dispose();
        _kept.Dispose();
    }

    private static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private async Task SendAsync(int number, DateTimeOffset begin, TimeSpan due, Stopwatch watch)
    {
        var late = watch.Elapsed - due;
        var isFresh = !_plan.KeepConnections || number % 2 == 1;
        var isRepeated = false;
        using var limit = new CancellationTokenSource(_plan.Timeout > late ? _plan.Timeout - late : TimeSpan.Zero);
        try
        {
            HttpResponseMessage response;
            try
            {
                response = await SendAsync(number, isFresh, limit.Token);
            }
            catch (HttpRequestException) when (!isFresh)
            {
                isRepeated = true;
                response = await SendAsync(number, isFresh: true, limit.Token);
            }

            using (response)
            {
                var body = (await response.Content.ReadAsStringAsync(limit.Token)).Trim();
                Report((int)response.StatusCode, body.Length > LongestBody ? body[..LongestBody] : body, null);
            }
        }
        catch (HttpRequestException problem)
        {
            Report(null, "", (problem.InnerException ?? problem).Message);
        }
        catch (OperationCanceledException)
        {
            Report(null, "", $"no answer within {_plan.Timeout.TotalSeconds:0.#} s");
        }

        void Report(int? status, string body, string? error) => _report(
            new RequestOutcome(number, begin + due, Math.Round((watch.Elapsed - due).TotalMilliseconds, 1), status, body, error)
            {
                Kind = _plan.Kind,
                Late = Math.Round(late.TotalMilliseconds, 1),
                IsRepeated = isRepeated,
            });
    }

    private async Task<HttpResponseMessage> SendAsync(int number, bool isFresh, CancellationToken limit)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _plan.Numbered ? new Uri(_plan.Url, $"?n={number}") : _plan.Url);
        request.Headers.ConnectionClose = isFresh;
        return await (isFresh ? _fresh : _kept).SendAsync(request, limit);
    }
}
