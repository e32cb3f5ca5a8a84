namespace HaWeb.Tests.Unit.Scheduling;

public sealed class SpreadTests
{
    [Fact]
    public void Instances_are_spread_over_the_values_of_the_key_before_load_counts()
    {
        var world = new ScheduleWorld("A zone=a", "B zone=a", "C zone=b");
        world.Launch("MachineMetadata=zone=b", "x.service", "y.service", "z.service");
        world.Import("web@.service", "|Spread=zone");

        world.Start("web@1.service", "web@2.service", "web@3.service", "web@4.service");

        Assert.Equal("web@1: A; web@2: C; web@3: B; web@4: C; x: C; y: C; z: C", world.Places);
    }

    [Fact]
    public void A_value_that_takes_none_does_not_hold_the_others_back()
    {
        var world = new ScheduleWorld("A zone=a", "B zone=b");
        world.Import("web@.service", "Conflicts=no@*.service|Spread=zone");
        world.Launch("MachineMetadata=zone=b\nConflicts=web@*.service", "no@1.service");

        world.Start("web@1.service", "web@2.service");

        Assert.Equal("no@1: B; web@1: A; web@2: A", world.Places);
    }

    [Fact]
    public void Machines_without_the_key_are_a_value_of_their_own_and_another_template_does_not_count()
    {
        var world = new ScheduleWorld("A zone=a", "B", "C zone=a");
        world.Import("web@.service", "|Spread=zone");
        world.Import("api@.service", "|Spread=zone");

        world.Start("web@1.service", "web@2.service");
        world.Start("api@1.service", "api@2.service");

        Assert.Equal("api@1: C; api@2: B; web@1: A; web@2: B", world.Places);
    }
}
