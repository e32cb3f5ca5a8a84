using HaWeb.Core.Containers;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>A unit as it runs on this machine: its file with every variable and specifier in place.</summary>
/// <param name="Definition">The unit.</param>
/// <param name="Environment">All its variables.</param>
/// <param name="Backend">The address and port that it is reached at; null when it has no service or no port.</param>
public sealed record UnitRun(UnitDefinition Definition, IReadOnlyDictionary<string, string> Environment, Backend? Backend)
{
    // What systemd gives to every service of Debian's.
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // Commands with one of these run as root, whatever User= says.
    private const CommandPrefixes Privileged = CommandPrefixes.FullPrivileges | CommandPrefixes.NoUserChange | CommandPrefixes.AmbientCapabilities;

    private static readonly string[] AllAddresses = ["", "0.0.0.0", "::"];

    /// <summary>What it asks of the address that it shares with other balancers; null when it shares none.</summary>
    public AddressWish? VirtualIP { get; private init; }

    /// <summary>When the timer elapsed that it was started by; null when none did.</summary>
    public DateTimeOffset? Trigger { get; init; }

    /// <summary>Puts a unit's file and the machine together.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="definition">The unit.</param>
    /// <param name="variables">The variables of its files, which win over those of its own.</param>
    public static UnitRun Of(MachineContext context, UnitDefinition definition, IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(variables);
        var specifiers = new SpecifierContext(definition.Name, context.Facts);
        var execution = definition.Service.Execution;
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = UsualPath };
        foreach (var name in execution.PassEnvironment.Where(context.AgentEnvironment.ContainsKey))
        {
            environment[name] = context.AgentEnvironment[name];
        }

        foreach (var (name, value) in context.Environment)
        {
            environment[name] = value;
        }

        environment["HAWEB_UNIT"] = definition.Name.FullName;
        foreach (var (name, value) in definition.Service.Environment)
        {
            environment[name] = Specifiers.Expand(value, specifiers, out _);
        }

        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        foreach (var unset in execution.UnsetEnvironment)
        {
            var equals = unset.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || environment.GetValueOrDefault(unset[..equals]) == unset[(equals + 1)..])
            {
                environment.Remove(equals < 0 ? unset : unset[..equals]);
            }
        }

        return Of(context, definition, specifiers, environment);
    }

    /// <summary>The same unit with other options and the variables that it has.</summary>
    public UnitRun With(MachineContext context, UnitDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(definition);
        return Of(context, definition, new SpecifierContext(definition.Name, context.Facts), Environment);
    }

    /// <summary>The same run with more variables, which systemd sets for some of its commands.</summary>
    public UnitRun With(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var environment = new SortedDictionary<string, string>(Environment.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return this with { Environment = environment };
    }

    /// <summary>One of its commands as a process.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="line">The command.</param>
    public ProcessSpec Process(MachineContext context, CommandLine line)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(line);
        var execution = Definition.Service.Execution;
        var specifiers = new SpecifierContext(Definition.Name, context.Facts);
        var command = line.Expand(specifiers, Environment);
        var isPrivileged = (line.Prefixes & Privileged) != 0;
        return new ProcessSpec(command.Path, command.Arguments)
        {
            Source = (line, specifiers),
            Environment = Environment,
            WorkingDirectory = Expand(execution.WorkingDirectory)!,
            MayLackDirectory = execution.MayLackDirectory,
            User = isPrivileged ? null : Expand(execution.User),
            Group = isPrivileged ? null : Expand(execution.Group),
            UMask = execution.UMask,
            Output = Target(execution.Output),
            Errors = Target(execution.Errors ?? execution.Output),
            Port = Backend?.Port,
        };

        string? Expand(string? text) => text is null ? null : Specifiers.Expand(text, specifiers, out _);

        OutputTarget Target(OutputTarget target) => target with { Path = Expand(target.Path)! };
    }

    /// <summary>The probe of its health check, against the address that its port is bound to; null when it has none.</summary>
    /// <param name="container">The container that runs.</param>
    public ProbeRequest? Probe(string? container)
    {
        var timeout = Definition.HaWeb.HealthTimeout;
        return (Definition.HaWeb.HealthCheck, Backend) switch
        {
            (HealthCheck.Container, _) => container is null ? null : new ProbeRequest(ProbeKind.Container, container, 0, "", timeout),
            (var check, { } backend) => ProbeRequest.Of(check, backend, timeout),
            _ => null,
        };
    }

    private static UnitRun Of(
        MachineContext context, UnitDefinition definition, SpecifierContext specifiers, IReadOnlyDictionary<string, string> environment)
    {
        var network = definition.HaWeb is { Service: null, VirtualIP: null }
            ? null
            : definition.Service.StartPre.Concat(definition.Service.Start)
                .Where(command => command.IsDocker)
                .Select(command => DockerCommand.Parse(command.Line.Expand(specifiers, environment).Arguments).Command?.Creates)
                .LastOrDefault(spec => spec is not null)?.Network;
        return new UnitRun(definition, environment, BackendOf(context, definition, network?.Publish ?? [])) { VirtualIP = AddressWish.Of(definition.HaWeb, network, context.Address) };
    }

    private static Backend? BackendOf(MachineContext context, UnitDefinition definition, IReadOnlyList<PublishedPort> published)
    {
        if (definition.HaWeb.Service is null)
        {
            return null;
        }

        var port = published.FirstOrDefault(one => one.HostPort is not null && (definition.HaWeb.Port is null || one.HostPort == definition.HaWeb.Port));
        var address = port is null || AllAddresses.Contains(port.HostIp, StringComparer.Ordinal) ? context.Address : port.HostIp;
        return (definition.HaWeb.Port ?? port?.HostPort) is { } number && System.Net.IPAddress.TryParse(address, out var parsed)
            ? new Backend(parsed, number, definition.HaWeb.Weight, definition.HaWeb.IsBackup)
            : null;
    }
}
