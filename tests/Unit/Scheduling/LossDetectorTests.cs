using HaWeb.Core.Scheduling;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class LossDetectorTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LossDetector _losses = new(TimeSpan.FromSeconds(3));

    [Fact]
    public void A_session_that_ends_on_a_watch_unbroken_for_its_time_to_live_is_proof_once_others_would_have_ended_with_it()
    {
        Connect("A", "B", "C");

        _losses.Absent("A", seen: true, Ttl, At(10));

        Assert.False(_losses.IsLost("A", At(13.3)));
        Assert.True(_losses.IsLost("A", At(13.4)));
    }

    [Fact]
    public void Machines_that_are_cut_off_at_one_moment_are_held_although_their_leases_end_one_after_the_other()
    {
        Connect("A", "B", "C", "D");
        AnswersUntil(30);
        _losses.Absent("A", seen: true, Ttl, At(30));
        _losses.Absent("B", seen: true, Ttl, At(31.5));
        Assert.False(_losses.IsLost("A", At(32.5)));

        _losses.Absent("C", seen: true, Ttl, At(33));

        Assert.Equal(["A", "B", "C"], _losses.Holding);
        Assert.False(_losses.IsLost("A", At(34)));
    }

    [Fact]
    public void A_silence_of_the_store_is_a_gap_too()
    {
        Connect("A", "B", "C");
        AnswersUntil(20);
        _losses.Contact(At(32));

        _losses.Absent("A", seen: true, Ttl, At(33));

        Assert.False(_losses.IsLost("A", At(42)));
        Assert.True(_losses.IsLost("A", At(43)));
    }

    [Fact]
    public void One_that_ends_sooner_after_the_listing_is_proof_one_time_to_live_later()
    {
        Connect("A", "B", "C");

        _losses.Absent("A", seen: true, Ttl, At(9));

        Assert.False(_losses.IsLost("A", At(18.9)));
        Assert.True(_losses.IsLost("A", At(19)));
        Assert.Equal(At(19), _losses.NextProof(At(9)));
    }

    [Fact]
    public void One_found_gone_in_a_listing_is_proof_one_time_to_live_later()
    {
        Connect("B", "C");

        _losses.Absent("A", seen: false, Ttl, At(30));

        Assert.False(_losses.IsLost("A", At(39)));
        Assert.True(_losses.IsLost("A", At(40)));
    }

    [Fact]
    public void After_a_gap_a_session_that_ends_within_two_times_to_live_needs_one_more()
    {
        Connect("A", "B", "C");
        AnswersUntil(20);
        _losses.Interrupted();
        _losses.Connected(At(24));

        _losses.Absent("A", seen: true, Ttl, At(43));

        Assert.False(_losses.IsLost("A", At(52)));
        Assert.True(_losses.IsLost("A", At(53)));
    }

    [Fact]
    public void A_short_gap_asks_for_no_more_proof_than_an_unbroken_watch_does()
    {
        Connect("A", "B", "C");
        AnswersUntil(20);
        _losses.Interrupted();
        _losses.Connected(At(22));

        _losses.Absent("A", seen: true, Ttl, At(33));

        Assert.True(_losses.IsLost("A", At(36.4)));
    }

    [Fact]
    public void A_watch_that_ends_with_its_member_while_others_answer_is_no_break()
    {
        Connect("A", "B", "C");
        AnswersUntil(20);
        _losses.Interrupted();
        _losses.Connected(At(21));

        _losses.Absent("A", seen: true, Ttl, At(22));

        Assert.False(_losses.IsLost("A", At(25.3)));
        Assert.True(_losses.IsLost("A", At(25.4)));
    }

    [Fact]
    public void What_returns_after_a_short_break_is_waited_for_as_long_as_after_any()
    {
        Connect("A", "B", "C");
        AnswersUntil(20);
        _losses.Absent("A", seen: true, Ttl, At(20));
        _losses.Interrupted();

        _losses.Connected(At(22));

        Assert.False(_losses.IsLost("A", At(31.9)));
        Assert.True(_losses.IsLost("A", At(32)));
    }

    [Theory]
    [InlineData(-11, 12.4)]
    [InlineData(-9, 19)]
    public void One_who_has_watched_for_two_times_to_live_before_needs_no_more_proof_when_it_begins_to_lead(int watchedSince, double lostAt)
    {
        var losses = new LossDetector(TimeSpan.FromSeconds(3), At(watchedSince));
        losses.Connected(Start);
        losses.Present("A", Start);
        losses.Present("B", Start);
        losses.Present("C", Start);

        losses.Absent("A", seen: true, Ttl, At(9));

        Assert.False(losses.IsLost("A", At(lostAt - 0.1)));
        Assert.True(losses.IsLost("A", At(lostAt)));
    }

    [Fact]
    public void One_who_begins_to_lead_as_the_store_breaks_has_watched_since_it_is_back()
    {
        var losses = new LossDetector(TimeSpan.FromSeconds(3), At(-100));
        losses.Interrupted();
        losses.Connected(At(70));
        losses.Present("A", At(70));
        losses.Present("B", At(70));
        losses.Present("C", At(70));

        losses.Absent("A", seen: true, Ttl, At(81));

        Assert.False(losses.IsLost("A", At(90.9)));
        Assert.True(losses.IsLost("A", At(91)));
    }

    [Fact]
    public void Nothing_is_lost_while_the_store_cannot_be_followed()
    {
        Connect("A", "B", "C");
        _losses.Absent("A", seen: true, Ttl, At(9));
        _losses.Interrupted();

        Assert.False(_losses.IsLost("A", At(60)));

        _losses.Connected(At(60));
        Assert.False(_losses.IsLost("A", At(69)));
        Assert.True(_losses.IsLost("A", At(70)));
    }

    [Fact]
    public void When_more_than_half_vanish_within_one_time_to_live_nothing_is_lost_however_long_it_takes()
    {
        Connect("A", "B", "C", "D");
        _losses.Absent("A", seen: false, Ttl, At(20));
        _losses.Absent("B", seen: false, Ttl, At(21));
        Assert.Empty(_losses.Holding);

        _losses.Absent("C", seen: false, Ttl, At(25));

        Assert.Equal(["A", "B", "C"], _losses.Holding);
        Assert.False(_losses.IsLost("A", At(1000)));
    }

    [Fact]
    public void The_hold_ends_when_enough_of_them_are_back()
    {
        Connect("A", "B", "C", "D");
        foreach (var machine in new[] { "A", "B", "C" })
        {
            _losses.Absent(machine, seen: false, Ttl, At(20));
        }

        _losses.Present("A", At(100));

        // The others may be a moment behind it.
        Assert.Empty(_losses.Holding);
        Assert.False(_losses.IsLost("B", At(109)));
        Assert.True(_losses.IsLost("B", At(110)));
    }

    [Fact]
    public void Or_when_they_are_removed_or_an_operator_says_so()
    {
        Connect("A", "B", "C");
        _losses.Absent("A", seen: false, Ttl, At(20));
        _losses.Absent("B", seen: false, Ttl, At(20));
        Assert.NotEmpty(_losses.Holding);

        _losses.Release(["A", "B"], At(50));

        Assert.Empty(_losses.Holding);
        Assert.True(_losses.IsLost("A", At(50)));
    }

    [Fact]
    public void Half_is_not_more_than_half_and_one_is_not_two()
    {
        Connect("A", "B");
        _losses.Absent("A", seen: true, Ttl, At(20));
        Assert.Empty(_losses.Holding);
        Assert.True(_losses.IsLost("A", At(23.4)));
    }

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    // The leader's keep-alives.
    private void AnswersUntil(int seconds)
    {
        for (var at = 0; at <= seconds; at += 2)
        {
            _losses.Contact(At(at));
        }
    }

    private void Connect(params string[] machines)
    {
        _losses.Connected(Start);
        foreach (var machine in machines)
        {
            _losses.Present(machine, Start);
        }
    }
}
