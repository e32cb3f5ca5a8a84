using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Units;

public sealed class TimerOptionsTests
{
    private const string Backup = """
        [Unit]
        Description=Backup of %i
        [Timer]
        OnCalendar=Mon..Fri 02:30
        OnCalendar=Sat,Sun 04:00 UTC
        OnBootSec=5min
        OnStartupSec=6min
        OnActiveSec=0
        OnUnitActiveSec=1h 30min
        OnUnitInactiveSec=2h
        AccuracySec=1us
        RandomizedDelaySec=10min
        FixedRandomDelay=yes
        Persistent=true
        RemainAfterElapse=no
        [Install]
        WantedBy=timers.target
        """;

    [Fact]
    public void A_timer_is_read_in_full()
    {
        var check = UnitLinter.Check(UnitName.Parse("backup@db.timer"), Backup);

        Assert.StartsWith("WantedBy is not needed", Assert.Single(check.Problems).Message, StringComparison.Ordinal);
        var timer = check.Definition!.Timer!;
        Assert.Equal("backup@db.service", timer.Service.FullName);
        Assert.Equal(
            [
                (TimerBase.Calendar, TimeSpan.Zero), (TimerBase.Calendar, TimeSpan.Zero), (TimerBase.Boot, TimeSpan.FromMinutes(5)), (TimerBase.Boot, TimeSpan.FromMinutes(6)),
                (TimerBase.Active, TimeSpan.Zero), (TimerBase.UnitActive, TimeSpan.FromMinutes(90)), (TimerBase.UnitInactive, TimeSpan.FromHours(2)),
            ],
            timer.Triggers.Select(trigger => (trigger.Base, trigger.Delay)));
        Assert.Equal((TimeSpan.FromMinutes(10), true, true, false), (timer.RandomizedDelay, timer.FixedRandomDelay, timer.Persistent, timer.RemainAfterElapse));
        Assert.Equal("Backup of db", check.Definition.Description);
    }

    [Theory]
    [InlineData("backup.timer", "", "backup.service")]
    [InlineData("backup@1.timer", "", "backup@1.service")]
    [InlineData("backup@1.timer", "Unit=copy@%i.service", "copy@1.service")]
    [InlineData("backup.timer", "Unit=other", "other.service")]
    public void A_timer_is_placed_with_the_service_that_it_starts(string name, string line, string service)
    {
        var unit = UnitLinter.Check(UnitName.Parse(name), $"[Timer]\nOnCalendar=daily\n{line}\n[X-Fleet]\nMachineOf=db.service").Definition!;

        Assert.Equal(service, unit.Timer!.Service.FullName);
        Assert.Equal(["db.service", service], unit.Fleet.MachineOf.Select(peer => peer.FullName));
    }

    [Fact]
    public void An_empty_assignment_forgets_the_times_before_it()
    {
        var unit = UnitLinter.Check(UnitName.Parse("backup.timer"), "[Timer]\nOnCalendar=daily\nOnBootSec=1\nOnCalendar=\nOnActiveSec=2").Definition!;

        Assert.Equal([TimerBase.Active], unit.Timer!.Triggers.Select(trigger => trigger.Base));
    }

    [Theory]
    [InlineData("Requires=db.service", "Requires=db.service of a timer is not acted on")]
    [InlineData("After=network-online.target other.timer", "After=other.timer of a timer is not acted on")]
    [InlineData("After=network-online.target\nDescription=web.service", null)]
    public void What_it_says_of_other_units_is_warned_of(string line, string? warning)
    {
        var problems = UnitLinter.Check(UnitName.Parse("backup.timer"), $"[Unit]\n{line}\n[Timer]\nOnCalendar=daily").Problems;

        Assert.Equal(warning is null ? [] : [warning], problems.Select(problem => problem.Message.Split(':')[0]));
        Assert.All(problems, problem => Assert.Equal((ProblemSeverity.Warning, 2, "Write it in backup.service."), (problem.Severity, problem.Line, problem.Suggestion)));
    }

    [Theory]
    [InlineData("[Timer]\nOnCalendar=Mon 25:00", 2, "calendar event")]
    [InlineData("[Timer]\nOnCalendar=daily Europe/Berlin", 2, "only UTC")]
    [InlineData("[Timer]\nOnBootSec=soon", 2, "not a time")]
    [InlineData("[Timer]\nOnUnitActiveSec=0\nOnActiveSec=0", 2, "above zero")]
    [InlineData("[Timer]\nOnCalendar=daily\nPersistant=true", 3, "Did you mean Persistent?")]
    [InlineData("[Timer]\nOnCalender=daily", 2, "Did you mean OnCalendar?")]
    [InlineData("[Timer]\nOnCalendar=daily\nRandomisedDelaySec=5", 3, "Did you mean RandomizedDelaySec?")]
    [InlineData("[Timer]\nOnCalendar=daily\nUnit=web.socket", 3, "starts a service")]
    [InlineData("[Timer]\nOnCalendar=daily\nUnit=web@.service", 3, "template")]
    [InlineData("[Timer]\nOnCalendar=daily\nPersistent=perhaps", 3, "neither true nor false")]
    [InlineData("[Timer]\nOnCalendar=daily\n[Service]\nExecStart=docker run x", 4, "Write it in backup.service")]
    [InlineData("[Timer]\nOnCalendar=daily\n[X-HaWeb]\nService=web", 4, "Write it in backup.service")]
    [InlineData("[Timer]\nOnCalendar=daily\n[X-Fleet]\nGlobal=true", 4, "on one machine")]
    [InlineData("[Timer]\nOnCalendar=daily\n[X-Fleet]\nConflicts=backup.*", 4, "must run beside")]
    [InlineData("[Timer]\nRandomizedDelaySec=1", 0, "never elapses")]
    [InlineData("[Unit]\nDescription=x", 0, "never elapses")]
    public void What_cannot_be_meant_is_an_error_with_its_place(string text, int line, string hint)
    {
        var check = UnitLinter.Check(UnitName.Parse("backup.timer"), text);

        var problem = Assert.Single(check.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal(line, problem.Line);
        Assert.Contains(hint, problem.ToString(), StringComparison.Ordinal);
        Assert.Null(check.Definition);
    }

    [Theory]
    [InlineData("[Timer]\nOnCalendar=daily\nWakeSystem=true", "WakeSystem")]
    [InlineData("[Timer]\nOnCalendar=daily\nOnClockChange=true", "OnCalendar=")]
    [InlineData("[Timer]\nOnCalendar=daily\nOnTheYear2040=true", "no option of systemd")]
    [InlineData("[Timer]\nOnBootSec=1h\nPersistent=true", "without OnCalendar")]
    [InlineData("[Timer]\nOnUnitActiveSec=1h", "starts nothing before")]
    [InlineData("[Timer]\nOnCalendar=daily\n[X-HaWeb]\nHealthCheck=tcp://:80", "does nothing in a timer")]
    public void What_is_not_acted_on_is_a_warning(string text, string hint)
    {
        var check = UnitLinter.Check(UnitName.Parse("backup.timer"), text);

        Assert.Contains(hint, Assert.Single(check.Problems).ToString(), StringComparison.Ordinal);
        Assert.NotNull(check.Definition);
    }

    [Fact]
    public void A_service_with_times_is_told_where_they_belong()
    {
        var problem = Assert.Single(UnitLinter.Check(UnitName.Parse("backup.service"), "[Service]\nExecStart=docker run x\n[Timer]\nOnCalendar=daily").Problems);

        Assert.Equal((ProblemSeverity.Warning, 4), (problem.Severity, problem.Line));
        Assert.Contains("backup.timer", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_times_are_what_a_timer_runs()
    {
        var name = UnitName.Parse("backup.timer");
        var one = UnitLinter.Check(name, "[Timer]\nOnCalendar=daily").Definition!;

        Assert.Equal(one.RunHash, UnitLinter.Check(name, "[Unit]\nDescription=x\n[Timer]\nOnCalendar=daily").Definition!.RunHash);
        Assert.NotEqual(one.RunHash, UnitLinter.Check(name, "[Timer]\nOnCalendar=hourly").Definition!.RunHash);
    }
}
