namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>
/// Tests that keep every core busy run while no other test does: beside them a real etcd, Docker or nginx would be late, and their tests would measure that.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BusyTests
{
    public const string Name = "Busy";
}
