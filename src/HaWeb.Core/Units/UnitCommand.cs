using HaWeb.Core.Containers;

namespace HaWeb.Core.Units;

/// <summary>One command of a unit's <c>[Service]</c> section.</summary>
/// <param name="Line">The command, to be expanded on the machine that runs it.</param>
/// <param name="Option">The option it stands in.</param>
/// <param name="Container">
/// What a docker line does, as far as it is known before it runs: values that hold variables without value yet are missing.
/// Null for a process line, and where so little is known that nothing can be said.
/// </param>
public sealed record UnitCommand(CommandLine Line, UnitOption Option, ContainerCommand? Container)
{
    /// <summary>Whether it is a docker line, which becomes calls to the Docker Engine; any other line is run as a process.</summary>
    public bool IsDocker => DockerCommand.IsDocker(Line.Path);
}
