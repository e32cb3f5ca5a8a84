using System.Globalization;
using HaWeb.Core.Units;
using static HaWeb.Core.LoadBalancing.PlainText;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Checks what is asked of the side that clients see: limits and headers.</summary>
internal static class ClientSideCheck
{
    private const int MaxHeaders = 50;
    private const int MaxNumber = 65_535;

    // In mebibytes; HAProxy counts bodies up to here.
    private const long MaxBody = 2047;

    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(1);

    // What the balancer sets itself, and what says where a message ends.
    private static readonly HashSet<string> OwnRequestHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Upgrade", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Content-Length", "Expect",
        "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
    };

    private static readonly HashSet<string> OwnResponseHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Upgrade", "Keep-Alive", "Trailer", "Transfer-Encoding", "Content-Length", "Content-Type", "Content-Encoding", "Date", "Server", "Location", "Retry-After",
    };

    public static IEnumerable<LoadBalancerProblem> Of(LoadBalancerOptions options)
    {
        var client = options.Client;
        if (client.MaxBody < 0 || client.MaxBody > MaxBody << 20)
        {
            yield return new LoadBalancerProblem("ClientMaxBody", string.Create(CultureInfo.InvariantCulture, $"{client.MaxBody} is not a number of bytes from 0 (any) to {MaxBody} MiB."));
        }

        if (client.Timeout <= TimeSpan.Zero || client.Timeout > MaxTime)
        {
            yield return new LoadBalancerProblem("ClientTimeout", $"{client.Timeout} is not a time above zero and up to a day.");
        }

        foreach (var (setting, number) in new[] { ("ClientRate", client.Rate), ("ClientConnections", client.Connections) })
        {
            if (number is < 1 or > MaxNumber)
            {
                yield return new LoadBalancerProblem(setting, string.Create(CultureInfo.InvariantCulture, $"{number} is not a number from 1 to {MaxNumber}."));
            }
        }

        foreach (var problem in Headers("RequestHeader", options.RequestHeaders, OwnRequestHeaders).Concat(Headers("ResponseHeader", options.ResponseHeaders, OwnResponseHeaders)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<LoadBalancerProblem> Headers(string setting, IReadOnlyList<HttpHeader> headers, HashSet<string> own)
    {
        if (headers.Count > MaxHeaders)
        {
            yield return new LoadBalancerProblem(setting, $"There are {headers.Count.ToString(CultureInfo.InvariantCulture)} headers; at most {MaxHeaders} are taken.");
        }

        foreach (var header in headers)
        {
            if (!IsHeaderName(header.Name))
            {
                yield return new LoadBalancerProblem(setting, $"{Quoted(header.Name)} is not a header's name: use letters, digits and '-'.");
            }
            else if (own.Contains(header.Name))
            {
                yield return new LoadBalancerProblem(setting, $"{header.Name} is not for others to set.");
            }

            if (!IsHeaderValue(header.Value))
            {
                yield return new LoadBalancerProblem(setting, $"{Quoted(header.Value)} is not a header's value: use printable ASCII characters but \" \\ and $, at most {MaxHeaderLength}.");
            }
        }

        foreach (var twice in headers.GroupBy(header => header.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return new LoadBalancerProblem(setting, $"{Quoted(twice.Key)} is given twice.");
        }
    }
}
