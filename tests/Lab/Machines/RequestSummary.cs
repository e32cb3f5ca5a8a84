using System.Globalization;

namespace HaWeb.Lab;

/// <summary>How many requests ended how.</summary>
public sealed class RequestSummary
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private double _slowest;

    /// <summary>How many were not answered with success.</summary>
    public int Failed
    {
        get
        {
            lock (_lock)
            {
                return _failures.Values.Sum();
            }
        }
    }

    /// <summary>Counts one.</summary>
    public void Add(RequestOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        lock (_lock)
        {
            var (counts, key) = outcome.Succeeded
                ? (_answers, outcome.Body.Split('\n')[0])
                : (_failures, outcome.Error ?? string.Create(CultureInfo.InvariantCulture, $"status {outcome.Status}"));
            counts[key] = counts.GetValueOrDefault(key) + 1;
            _slowest = Math.Max(_slowest, outcome.Milliseconds);
        }
    }

    /// <summary>All of it in one line: <c>60 requests, 0 failed; slowest 12 ms; nginx1 30, nginx2 30</c>.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            var counts = string.Join(", ", _answers.Concat(_failures).Select(one => $"{one.Key} {one.Value}"));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{_answers.Values.Sum() + _failures.Values.Sum()} requests, {_failures.Values.Sum()} failed; slowest {_slowest:0} ms; {counts}");
        }
    }
}
