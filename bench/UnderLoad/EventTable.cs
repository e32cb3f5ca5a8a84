namespace HaWeb.Bench.UnderLoad;

/// <summary>What came of events, as a table in Markdown.</summary>
public static class EventTable
{
    /// <summary>What stands above the rows.</summary>
    public const string Head = """
        | event | failed | under way on what broke, lost | sent once more | slowest GET (median) | lowest throughput in 1 s | at 90 % again after | requests, slow ones, WebSockets (closed) | and | load late by at most |
        |---|---|---|---|---|---|---|---|---|---|
        """;

    /// <summary>A row.</summary>
    public static string Row(EventResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var verdict = result.Verdict;
        string[] cells =
        [
            result.Title,
            $"{verdict.Failed.Count}",
            $"{verdict.LostOnBroken}",
            $"{verdict.Repeated}",
            $"{verdict.Slowest.TotalMilliseconds:0} ms ({verdict.Usual.TotalMilliseconds:0.0} ms)",
            $"{verdict.LowestThroughput * 100:0} %",
            $"{verdict.ThroughputBack.TotalSeconds:0.0} s",
            $"{verdict.Fast}, {verdict.Slow}, {verdict.Handshakes} ({verdict.ClosedSockets})",
            string.Join("; ", result.Notes),
            $"{verdict.SenderLate.TotalMilliseconds:0} ms",
        ];
        return $"| {string.Join(" | ", cells)} |";
    }
}
