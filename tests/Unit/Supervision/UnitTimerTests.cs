using HaWeb.Core.Supervision;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Supervision;

public sealed class UnitTimerTests
{
    private static readonly DateTimeOffset Boot = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly UnitName Name = UnitName.Parse("backup.timer");

    [Fact]
    public void From_its_start_a_timer_elapses_once()
    {
        var timer = Timer("OnActiveSec=10");
        var memory = timer.Activate(null, 1, 0, At(100));

        Assert.Equal(At(110), timer.NextElapse(memory, At(100)));
        Assert.Null(timer.NextElapse(memory with { Last = At(110) }, At(110)));
    }

    [Fact]
    public void From_the_boot_a_time_that_is_over_elapses_at_once_and_once()
    {
        var timer = Timer("OnBootSec=5min");
        var memory = timer.Activate(null, 1, 0, At(1000));

        Assert.Equal(At(300), timer.NextElapse(memory, At(1000)));
        Assert.Null(timer.NextElapse(memory with { Last = At(1000) }, At(1060)));
    }

    [Fact]
    public void From_its_service_a_timer_elapses_again_and_again()
    {
        var active = Timer("OnBootSec=0\nOnUnitActiveSec=1h");
        var inactive = Timer("OnUnitInactiveSec=1h");
        var memory = active.Activate(null, 1, 0, At(10)) with { Last = At(10), ServiceStarted = At(11), ServiceEnded = At(71) };

        Assert.Equal(At(3611), active.NextElapse(memory, At(71)));
        Assert.Equal(At(3671), inactive.NextElapse(memory, At(71)));
    }

    [Fact]
    public void Before_its_service_has_run_a_timer_that_counts_from_it_does_not_elapse_and_may_later()
    {
        var timer = Timer("OnUnitActiveSec=1h");

        Assert.Null(timer.NextElapse(timer.Activate(null, 1, 0, At(10)), At(10)));
        Assert.True(timer.MayElapseAgain);
        Assert.False(Timer("OnBootSec=1").MayElapseAgain);
    }

    [Fact]
    public void Of_several_times_the_earliest_counts()
    {
        var timer = Timer("OnCalendar=01:00\nOnCalendar=00:30\nOnActiveSec=50min");

        Assert.Equal(At(1800), timer.NextElapse(timer.Activate(null, 1, 0, At(0)), At(0)));
    }

    [Fact]
    public void A_persistent_timer_makes_up_for_what_it_missed_and_another_one_does_not()
    {
        var before = new TimerRecord { Boot = "earlier", Generation = 1, Activated = At(-200_000), Last = At(-100_000) };

        foreach (var persistent in (bool[])[true, false])
        {
            var timer = Timer($"OnCalendar=12:00\nPersistent={persistent}");
            var memory = timer.Activate(before, 1, 0, At(30));

            // At noon of the day before it was to elapse; it does when the machine has booted.
            Assert.Equal(persistent ? Boot : At(12 * 3600), timer.NextElapse(memory, At(30)));
        }
    }

    [Fact]
    public void A_persistent_timer_that_has_never_elapsed_counts_from_its_first_start()
    {
        var timer = Timer("OnCalendar=12:00\nPersistent=true");
        var before = timer.Activate(null, 1, 0, At(-100_000)) with { Boot = "earlier" };

        Assert.Equal(Boot, timer.NextElapse(timer.Activate(before, 1, 0, At(30)), At(30)));
    }

    [Fact]
    public void A_stamp_of_the_future_counts_for_nothing()
    {
        var timer = Timer("OnCalendar=12:00\nPersistent=true");

        Assert.Null(timer.Activate(new TimerRecord { Boot = "earlier", Last = At(1_000_000) }, 1, 0, At(30)).Last);
    }

    [Fact]
    public void A_timer_goes_on_in_the_same_boot_placement_and_restart_only()
    {
        var timer = Timer("OnCalendar=daily");
        var memory = timer.Activate(null, 7, 2, At(30));

        Assert.True(timer.GoesOn(memory, 7, 2));
        Assert.False(timer.GoesOn(memory, 8, 2));
        Assert.False(timer.GoesOn(memory, 7, 3));
        Assert.False(timer.GoesOn(memory with { Boot = "earlier" }, 7, 2));
        Assert.False(timer.GoesOn(memory with { Activated = null }, 7, 2));
        Assert.False(timer.GoesOn(null, 7, 2));
    }

    [Fact]
    public void The_delay_by_chance_is_within_its_limit_and_differs_by_time_and_machine_unless_it_is_fixed()
    {
        var delays = new List<double>();
        var fixedDelays = new List<double>();
        var elsewhere = new List<double>();
        for (var day = 0; day < 100; day++)
        {
            var at = At(day * 86_400);
            delays.Add(Delay("", "m", at));
            elsewhere.Add(Delay("", "other", at));
            fixedDelays.Add(Delay("FixedRandomDelay=true", "m", at));
        }

        Assert.All(delays, delay => Assert.InRange(delay, 0, 600));
        Assert.InRange(delays.Average(), 200, 400);
        Assert.True(delays.Distinct().Count() > 90);
        Assert.Single(fixedDelays.Distinct());
        Assert.NotEqual(delays, elsewhere);
        Assert.Equal(delays[3], Delay("", "m", At(3 * 86_400)));

        static double Delay(string line, string machine, DateTimeOffset after)
        {
            var timer = Timer($"OnCalendar=daily\nRandomizedDelaySec=10min\n{line}", machine);
            var next = timer.NextElapse(timer.Activate(null, 1, 0, after), after)!.Value;
            return (next - after).TotalSeconds - 86_400;
        }
    }

    [Fact]
    public void However_short_its_time_is_a_timer_elapses_once_a_second_at_most()
    {
        var timer = Timer("OnActiveSec=0\nOnUnitInactiveSec=1ms");
        var memory = timer.Activate(null, 1, 0, At(10)) with { Last = At(10), ServiceEnded = At(10) };

        Assert.Equal(At(11), timer.NextElapse(memory, At(10)));
    }

    [Fact]
    public void A_time_beyond_all_calendars_never_comes() =>
        Assert.Null(Timer("OnActiveSec=900y").NextElapse(new TimerRecord { Activated = At(0).AddYears(7500) }, At(0).AddYears(7500)));

    private static DateTimeOffset At(double seconds) => Boot.AddSeconds(seconds);

    private static UnitTimer Timer(string lines, string machine = "m") => new(
        Name,
        UnitLinter.Check(Name, "[Timer]\n" + lines).Definition!.Timer!,
        new MachineFacts(machine, "boot", "host", "6.1.0", "x86-64", new Dictionary<string, string>()) { BootedAt = Boot });
}
