using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>
/// What visitors noticed of an event. Failed is anything but a 2xx in its time, a WebSocket's opening that was refused, and a WebSocket that was closed
/// before DrainTimeout; what was under way, when the event began, on a machine that it broke is counted apart.
/// </summary>
public sealed class Verdict
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private const double Enough = 0.9;

    private readonly List<RequestOutcome> _failed = [];

    internal Verdict(Course course, TimeSpan drainTimeout)
    {
        Duration = course.End - course.Begin;
        Fast = course.Outcomes.Count(one => one.Kind == Visits.Fast);
        Slow = course.Outcomes.Count(one => one.Kind == Visits.Slow);
        Handshakes = course.Outcomes.Count(one => one.Kind == Visits.Handshake);
        Sockets = course.Outcomes.Count(one => one.Kind == Visits.Socket);
        ClosedSockets = course.Outcomes.Count(one => one.Kind == Visits.Socket && !one.Succeeded);
        Repeated = course.Outcomes.Count(one => one.IsRepeated);
        SenderLate = TimeSpan.FromMilliseconds(course.Outcomes.Max(one => one.Late));
        var waits = new List<double>();
        foreach (var one in course.Outcomes)
        {
            var wasUnderWay = IsUnderWay(one, course);
            if (IsFailure(one, course, drainTimeout))
            {
                if (wasUnderWay)
                {
                    LostOnBroken++;
                }
                else
                {
                    _failed.Add(one);
                }
            }

            if (one.Kind == Visits.Fast && !wasUnderWay)
            {
                waits.Add(one.Milliseconds);
            }
        }

        waits.Sort();
        Slowest = TimeSpan.FromMilliseconds(waits[^1]);
        Usual = TimeSpan.FromMilliseconds(waits[waits.Count / 2]);
        MeasureThroughput(course);
    }

    /// <summary>From the event's beginning to the load's end.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Fast requests.</summary>
    public int Fast { get; }

    /// <summary>Requests for a slow page.</summary>
    public int Slow { get; }

    /// <summary>Openings of WebSockets.</summary>
    public int Handshakes { get; }

    /// <summary>WebSockets that were to stay open.</summary>
    public int Sockets { get; }

    /// <summary>Those of them that were closed, in time or not.</summary>
    public int ClosedSockets { get; }

    /// <summary>What failed.</summary>
    public IReadOnlyList<RequestOutcome> Failed => _failed;

    /// <summary>What failed with the machine on which it was under way.</summary>
    public int LostOnBroken { get; private set; }

    /// <summary>Requests that the client sent once more, since a kept connection was closed under them.</summary>
    public int Repeated { get; }

    /// <summary>The slowest fast request.</summary>
    public TimeSpan Slowest { get; }

    /// <summary>The median of the fast requests.</summary>
    public TimeSpan Usual { get; }

    /// <summary>The lowest throughput in a second, answered over sent, 0 to 1.</summary>
    public double LowestThroughput { get; private set; } = 1;

    /// <summary>
    /// How long after the event's beginning throughput was back: the end of the last second in which less than 90 % of what was sent was answered, before three
    /// seconds without any such. Zero when there was none. Another machine's start may have the processor for itself for a moment long after that.
    /// </summary>
    public TimeSpan ThroughputBack { get; private set; }

    /// <summary>By how much the load itself was once late: where that is long, this machine had no time to measure.</summary>
    public TimeSpan SenderLate { get; }

    private static bool IsUnderWay(RequestOutcome one, Course course) =>
        course.Broken is { } broken && one.Sent < course.Begin && one.Ended >= course.Begin
        && (one.Kind is Visits.Socket or Visits.Handshake ? one.Body == broken.Name : broken.Given.Contains(Requested(one)));

    private static string Requested(RequestOutcome one) => $"{(one.Kind == Visits.Slow ? "/slow" : "/")}?n={one.Number}";

    private static bool IsFailure(RequestOutcome one, Course course, TimeSpan drainTimeout)
    {
        if (one.Succeeded)
        {
            return false;
        }

        // A WebSocket may be closed that lived for DrainTimeout after the event began.
        var since = one.Sent > course.Begin ? one.Sent : course.Begin;
        return one.Kind != Visits.Socket || one.Ended - since < drainTimeout;
    }

    private void MeasureThroughput(Course course)
    {
        var fast = course.Outcomes.Where(one => one.Kind == Visits.Fast).ToList();
        var sent = fast.Select(one => (one.Sent - course.Begin).TotalMilliseconds).Order().ToArray();
        var answered = fast.Where(one => one.Succeeded).Select(one => (one.Ended - course.Begin).TotalMilliseconds).Order().ToArray();
        var last = sent[^1];
        var isBack = false;
        for (var begin = 0.0; begin + Window.TotalMilliseconds < last; begin += Step.TotalMilliseconds)
        {
            var end = begin + Window.TotalMilliseconds;
            var throughput = (double)Within(answered, begin, end) / Math.Max(1, Within(sent, begin, end));
            LowestThroughput = Math.Min(LowestThroughput, throughput);
            isBack |= ThroughputBack > TimeSpan.Zero && begin - ThroughputBack.TotalMilliseconds >= Steady.TotalMilliseconds;
            if (throughput < Enough && !isBack)
            {
                ThroughputBack = TimeSpan.FromMilliseconds(end);
            }
        }
    }

    private static int Within(double[] sorted, double begin, double end) => Before(sorted, end) - Before(sorted, begin);

    private static int Before(double[] sorted, double limit)
    {
        var found = Array.BinarySearch(sorted, limit);
        return found < 0 ? ~found : found;
    }
}
