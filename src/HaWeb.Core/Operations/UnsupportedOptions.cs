using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>What a unit file may say and this version stores without acting on: such a unit is not started, so that nothing is ignored in silence.</summary>
internal static class UnsupportedOptions
{
    /// <summary>Refuses a unit that asks for something that would not be done.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="plan">Takes the refusal.</param>
    /// <returns>Whether it was refused.</returns>
    public static bool Refuse(UnitDefinition unit, PlanBuilder plan)
    {
        var found = Of(unit).ToList();
        if (found.Count > 0)
        {
            plan.Refuse(
                "UnitNotSupported",
                RefusalKind.Invalid,
                unit.Name.FullName,
                $"{unit.Name} is not started, since this version does not act on {string.Join(", ", found)}. Change the file and import it again.");
        }

        return found.Count > 0;
    }

    private static IEnumerable<string> Of(UnitDefinition unit)
    {
        if (unit.Service.Commands.FirstOrDefault(command => !command.IsDocker) is { } process)
        {
            yield return $"{process.Option.Name}={process.Option.Text} (line {process.Option.Line}), a command of the machine itself: only docker commands run";
        }
    }
}
