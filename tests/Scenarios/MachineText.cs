using HaWeb.Core.Units;

namespace HaWeb.Tests.Scenarios;

/// <summary>What the machines run, in lines that a scenario can have as its expectation: one per machine.</summary>
public static class MachineText
{
    /// <summary>Writes it.</summary>
    /// <param name="machines">The machines, in order.</param>
    /// <param name="remembered">The containers that ran at a remembered moment; empty when there is none.</param>
    public static string Of(IEnumerable<MachineSight> machines, IReadOnlySet<string> remembered) =>
        string.Join('\n', machines.Select(machine => Machine(machine, remembered)));

    private static string Machine(MachineSight machine, IReadOnlySet<string> remembered)
    {
        if (!machine.IsOn)
        {
            return $"{machine.Name} is off";
        }

        var containers = machine.Containers.OrderBy(container => container.Unit, UnitNameComparer.Instance).ToList();
        var running = containers.Where(container => container.IsRunning).Select(container => Running(container, remembered)).ToList();
        var ended = containers.Where(container => !container.IsRunning).Select(container => container.Unit).ToList();
        return $"{machine.Name}{(machine.HasAgent ? "" : ", without an agent,")} runs {(running.Count == 0 ? "nothing" : string.Join(", ", running))}"
            + (ended.Count == 0 ? "" : $", and has ended {string.Join(", ", ended)}");
    }

    private static string Running(ContainerSight container, IReadOnlySet<string> remembered)
    {
        var same = remembered.Contains(container.Id) ? " (kept)" : "";
        return container.Answers is { } answers ? $"{container.Unit}{same} for {(answers.Count == 0 ? "nobody" : string.Join(" and ", answers))}" : container.Unit + same;
    }
}
