using HaWeb.Core.Containers;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Core.Units;

/// <summary>
/// What the parts of a unit file must be to each other. A rule is judged when what it looks at could be read, whatever else is wrong with the file.
/// </summary>
internal static class UnitRules
{
    private const string Service = SystemdKeys.ServiceSection;
    private const string HaWeb = HaWebOptionsReader.Section;

    public static void Check(UnitDefinition unit, OptionProblems problems)
    {
        CheckCommands(unit, problems);
        CheckContainer(unit, problems);
        CheckService(unit, problems);
        CheckBalancer(unit, problems);
        CheckSharedAddress(unit, problems);
        CheckSpread(unit, problems);
    }

    private static void CheckCommands(UnitDefinition unit, OptionProblems problems)
    {
        var service = unit.Service;
        if (!problems.IsSound(Service, "Type", "ExecStart"))
        {
            return;
        }

        if (service.Start.Count == 0)
        {
            if (!problems.Suggest(Service, "ExecStart") && problems.IsSound(Service, "ExecStop") && (service.Type != ServiceType.OneShot || service.Stop.Count == 0))
            {
                problems.Error(Service, $"{unit.Name} has no ExecStart.", "Write [Service] and ExecStart=/usr/bin/docker run ...");
            }
        }
        else if (service.Start.Count > 1 && service.Type != ServiceType.OneShot)
        {
            problems.Error(service.Start[1].Option, "Only a unit of Type=oneshot has more than one ExecStart.", "Move the others to ExecStartPre or ExecStartPost.");
        }

        if (service.Type == ServiceType.OneShot && service.Restart is RestartRule.Always or RestartRule.OnSuccess)
        {
            problems.Error(Service, "A unit of Type=oneshot cannot have Restart=always or Restart=on-success.", "Use Restart=on-failure.");
        }

        foreach (var command in service.Commands.Where(command => !command.IsDocker && command.Line.Prefixes.HasFlag(CommandPrefixes.SeparateName)))
        {
            problems.Error(command.Option, $"The prefix @ of {command.Line.Path} is not supported: a process is told its path as its own name.", "Leave the @ and the second word out.");
        }

        if (service.Type == ServiceType.Notify && service.Start.Any(command => command.IsDocker))
        {
            problems.Error(Service, "Type=notify works for processes only: Docker passes no notification socket on.", "Use Type=simple with a HealthCheck in [X-HaWeb].");
        }

        if (service.Type == ServiceType.Forking && unit.IsProcessUnit)
        {
            problems.Error(service.Start[0].Option, "Type=forking works for containers only.", "Run the program in the foreground with Type=simple.");
        }
    }

    private static void CheckContainer(UnitDefinition unit, OptionProblems problems)
    {
        if (unit.Service.Type is not (ServiceType.OneShot or ServiceType.Forking)
            && unit.Service.Start.FirstOrDefault(command => command.Container is ContainerCommand.Run { IsDetached: true }) is { } detached)
        {
            problems.Warning(detached.Option, "With --detach systemd takes the unit for ended as soon as it started; HaWeb follows the container.", "Leave it out.");
        }
    }

    private static void CheckService(UnitDefinition unit, OptionProblems problems)
    {
        if (unit.HaWeb.Service is null || unit.AdvertisedPort is not null
            || !problems.IsSound(HaWeb, "Port") || !problems.IsSound(Service, "ExecStart", "ExecStartPre"))
        {
            return;
        }

        // A port in a variable is known only on the machine.
        if (unit.IsProcessUnit || unit.Container is { IsComplete: true })
        {
            var option = unit.File.Section(HaWeb).Last(option => option.Name == "Service");
            problems.Error(option, $"{unit.Name} is a backend of {unit.HaWeb.Service} and publishes no port.", "Publish one with -p, or write Port=.");
        }
    }

    private static void CheckBalancer(UnitDefinition unit, OptionProblems problems)
    {
        if (unit.HaWeb.LoadBalancer.Count == 0)
        {
            return;
        }

        var section = unit.File.Section(HaWeb).ToList();
        if (problems.IsSound(HaWeb))
        {
            foreach (var problem in LoadBalancerOptions.From(unit.HaWeb).Check())
            {
                problems.Error(section.FindLast(option => option.Name == problem.Setting) ?? section.Find(option => option.Name == "LoadBalancer")!, problem.Message);
            }
        }

        if (unit.Service.Start is [var start, ..] && !start.Option.Text.Contains("worker_shutdown_timeout", StringComparison.Ordinal))
        {
            problems.Warning(
                start.Option,
                "Without worker_shutdown_timeout an old nginx worker lives as long as its last connection, and stopping a backend waits for it.",
                "Start it with nginx -g 'daemon off; worker_shutdown_timeout 30s;'.");
        }
    }

    private static void CheckSharedAddress(UnitDefinition unit, OptionProblems problems)
    {
        if (unit.HaWeb.VirtualIP is not { } address || unit.HaWeb.LoadBalancer.Count == 0)
        {
            return;
        }

        var option = unit.File.Section(HaWeb).Last(option => option.Name == "VirtualIP");
        if (unit.Name.Template is null && !unit.Name.IsTemplate && !unit.Fleet.IsGlobal)
        {
            problems.Warning(option, $"{unit.Name} shares {address.Address} with nobody: the instances of a template share an address, or those of a Global unit.");
        }

        if (problems.IsSound(HaWeb, "Listen") && unit.Container is { IsComplete: true } container && AddressWish.Of(unit.HaWeb, container.Network, "") is { CheckAddress: null })
        {
            problems.Error(
                option,
                $"{unit.Name} publishes none of the ports that it listens on at all addresses, so {address.Address} would lead nowhere.",
                $"Publish one, for example -p 80:{unit.HaWeb.Listen[0].Port}.");
        }
    }

    private static void CheckSpread(UnitDefinition unit, OptionProblems problems)
    {
        if (unit.HaWeb.Spread is null)
        {
            return;
        }

        var option = unit.File.Section(HaWeb).Last(option => option.Name == "Spread");
        if (unit.Fleet.IsGlobal)
        {
            problems.Error(option, "Spread cannot be used together with Global, which runs on every machine.", "Remove one of them.");
        }
        else if (unit.Fleet.MachineId is not null)
        {
            problems.Warning(option, "Spread does nothing beside MachineID, which names the machine.", "Remove one of them.");
        }
        else if (unit.Fleet.MachineOf.Count > 0)
        {
            problems.Warning(option, $"Spread does nothing beside MachineOf: the unit goes where {unit.Fleet.MachineOf[0]} is.", "Remove one of them.");
        }
        else if (unit.Name.Template is null)
        {
            problems.Warning(option, $"Spread spreads the instances of a template; {unit.Name} is none and has nothing to be spread from.", $"Name it {unit.Name.Prefix}@.{unit.Name.Suffix}, or remove Spread.");
        }
    }
}
