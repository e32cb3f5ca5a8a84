using System.Diagnostics;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>A client of a balancer that a test has started or changed.</summary>
internal static class Visitor
{
    /// <summary>Asks until an answer comes that is not this one. Old workers take new connections for up to 100 ms after new ones have come.</summary>
    /// <param name="http">The client.</param>
    /// <param name="port">The balancer's port on this machine.</param>
    /// <param name="notThis">The answer that it gave before.</param>
    /// <param name="limit">For how long: the last answer is given then, whatever it is.</param>
    public static async Task<string> EventuallyOnlyAsync(this HttpClient http, int port, string notThis, TimeSpan limit)
    {
        var token = TestContext.Current.CancellationToken;
        for (var patience = Stopwatch.StartNew(); ; await Task.Delay(10, token))
        {
            try
            {
                var answer = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"), token);
                if (answer != notThis || patience.Elapsed > limit)
                {
                    return answer;
                }
            }
            catch (HttpRequestException) when (patience.Elapsed < limit)
            {
                // It has not started yet.
            }
        }
    }
}
