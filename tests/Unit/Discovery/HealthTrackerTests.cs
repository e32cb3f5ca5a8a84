using CsCheck;
using HaWeb.Core.Discovery;

namespace HaWeb.Tests.Unit.Discovery;

public sealed class HealthTrackerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly HealthPolicy Policy = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 1, 2);

    [Fact]
    public void It_is_healthy_after_rise_probes_and_unhealthy_after_fall()
    {
        var tracker = new HealthTracker("nginx@1.service", Policy with { Rise = 2, Fall = 3 }, adopted: false, Start);
        Assert.Null(tracker.Healthy);

        Assert.Equal("null null null True True True True True True False False True", Run(tracker, "+-++--+---++"));
    }

    [Fact]
    public void An_adopted_unit_is_healthy_until_fall_probes_have_failed()
    {
        var tracker = new HealthTracker("nginx@1.service", Policy, adopted: true, Start);

        Assert.True(tracker.Healthy);
        Assert.Equal("True False", Run(tracker, "--"));
        Assert.Equal("refused", tracker.LastError);
    }

    [Fact]
    public void Since_is_when_it_changed_its_mind()
    {
        var tracker = new HealthTracker("nginx@1.service", Policy, adopted: false, Start);

        Assert.False(Probe(tracker, 1, false, Start.AddSeconds(1)));
        Assert.Equal(Start, tracker.Since);
        Assert.True(Probe(tracker, 2, true, Start.AddSeconds(3)));
        Assert.Equal(Start.AddSeconds(3), tracker.Since);
        Assert.False(Probe(tracker, 3, true, Start.AddSeconds(5)));
        Assert.Equal(Start.AddSeconds(3), tracker.Since);
        Assert.Null(tracker.LastError);
        Assert.Equal(TimeSpan.FromMilliseconds(3), tracker.Latency);
    }

    [Fact]
    public void What_falls_again_and_again_has_to_pass_longer_each_time_and_no_longer_than_a_minute()
    {
        var tracker = new HealthTracker("nginx@1.service", Policy with { Fall = 1 }, adopted: true, Start);
        var now = Start;
        var request = 0L;
        var needed = new List<int>();
        for (var fall = 1; fall <= 9; fall++)
        {
            Assert.True(Probe(tracker, ++request, false, now += TimeSpan.FromSeconds(2)));
            Assert.Equal(fall >= 3 ? fall : 0, tracker.Verdict!.Flaps);
            Assert.Equal("refused", tracker.Verdict.Error);
            var passes = 0;
            do
            {
                passes++;
            }
            while (!Probe(tracker, ++request, true, now += TimeSpan.FromSeconds(fall == 9 ? 0.1 : 2)));
            needed.Add(passes);
        }

        Assert.Equal([1, 1, 2, 4, 8, 16, 30, 30, 30], needed);
    }

    [Fact]
    public void What_has_been_steady_for_five_minutes_flaps_no_more()
    {
        var tracker = new HealthTracker("nginx@1.service", Policy with { Fall = 1 }, adopted: true, Start);
        for (var i = 0; i < 3; i++)
        {
            Probe(tracker, (3 * i) + 1, false, Start.AddSeconds(10 * i));
            Probe(tracker, (3 * i) + 2, true, Start.AddSeconds((10 * i) + 2));
            Probe(tracker, (3 * i) + 3, true, Start.AddSeconds((10 * i) + 4));
        }

        var later = Start.AddMinutes(6);
        Assert.True(Probe(tracker, 100, false, later));
        Assert.Equal(0, tracker.Verdict!.Flaps);
        Assert.True(Probe(tracker, 101, true, later.AddSeconds(2)));
    }

    [Fact]
    public void A_probe_that_is_never_answered_fails_and_a_late_or_second_answer_does_not_count()
    {
        var tracker = new HealthTracker("nginx@1.service", Policy, adopted: true, Start);
        tracker.Sent(1, Start);
        Assert.True(tracker.NextProbe - Start > Policy.Timeout);

        Assert.False(tracker.Sent(2, tracker.NextProbe));
        Assert.False(tracker.Probed(1, true, null, TimeSpan.Zero, tracker.NextProbe));
        Assert.True(tracker.Sent(3, tracker.NextProbe));
        Assert.False(tracker.Healthy);
        Assert.True(tracker.Probed(3, true, null, TimeSpan.Zero, tracker.NextProbe));
        Assert.False(tracker.Probed(3, false, "late", TimeSpan.Zero, tracker.NextProbe));
        Assert.True(tracker.Healthy);
    }

    [Fact]
    public void A_new_unit_is_looked_at_often_at_first_and_then_at_its_interval()
    {
        var tracker = new HealthTracker("nginx@1.service", Policy, adopted: false, Start);
        var pauses = Pauses(tracker, 8).ToList();

        Assert.InRange(pauses[0].TotalMilliseconds, 100, 150);
        Assert.All(pauses.Skip(4), pause => Assert.InRange(pause.TotalSeconds, 1.8, 2.2));
    }

    [Fact]
    public void Probes_of_many_units_are_spread_the_same_way_every_time()
    {
        static IReadOnlyList<TimeSpan> Of(int unit) => [.. Pauses(new HealthTracker($"nginx@{unit}.service", Policy, adopted: true, Start), 3)];

        var units = Enumerable.Range(0, 100).Select(Of).ToList();

        Assert.Equal(units, Enumerable.Range(0, 100).Select(Of));
        Assert.InRange(units.Select(pauses => pauses[0]).Distinct().Count(), 80, 100);
        Assert.All(units.SelectMany(pauses => pauses), pause => Assert.InRange(pause.TotalSeconds, 1.8, 2.2));
    }

    [Fact]
    public void Its_verdict_follows_from_the_last_probes() => Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Bool, Gen.Bool.Array[0, 40]).Sample((rise, fall, adopted, probes) =>
    {
        var tracker = new HealthTracker("nginx@1.service", Policy with { Rise = rise, Fall = fall }, adopted, Start);
        for (var i = 0; i < probes.Length; i++)
        {
            var before = tracker.Healthy;
            // Far enough apart that nothing counts as flapping.
            var changed = Probe(tracker, i + 1, probes[i], Start.AddMinutes(3 * i));
            Assert.Equal(before != tracker.Healthy, changed);
            var done = probes[..(i + 1)];
            var expected = done.Length >= rise && done[^rise..].All(passed => passed) ? true
                : done.Length >= fall && done[^fall..].All(passed => !passed) ? false
                : before;
            Assert.Equal(expected, tracker.Healthy);
        }
    });

    private static IEnumerable<TimeSpan> Pauses(HealthTracker tracker, int count)
    {
        for (var request = 1; request <= count; request++)
        {
            var sent = tracker.NextProbe;
            Probe(tracker, request, true, sent);
            yield return tracker.NextProbe - sent;
        }
    }

    private static string Run(HealthTracker tracker, string probes) => string.Join(' ', probes.Select((probe, index) =>
    {
        Probe(tracker, index + 1, probe == '+', Start.AddSeconds(index));
        return tracker.Healthy?.ToString() ?? "null";
    }));

    private static bool Probe(HealthTracker tracker, long request, bool passed, DateTimeOffset now) =>
        tracker.Sent(request, now) | tracker.Probed(request, passed, passed ? null : "refused", TimeSpan.FromMilliseconds(3), now);
}
