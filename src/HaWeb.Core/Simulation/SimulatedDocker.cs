using HaWeb.Core.Containers;

namespace HaWeb.Core.Simulation;

/// <summary>A pretend Docker Engine: containers that start, serve, end and are removed.</summary>
public sealed class SimulatedDocker
{
    private readonly string _machine;
    private readonly SortedDictionary<string, SimulatedContainer> _containers = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _networks = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _volumes = new(StringComparer.Ordinal);
    private int _created;

    internal SimulatedDocker(string machine) => _machine = machine;

    /// <summary>All containers, by id.</summary>
    public IReadOnlyCollection<SimulatedContainer> Containers => _containers.Values;

    /// <summary>Images that are to be had nowhere, by any of their names.</summary>
    public ISet<string> MissingImages { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>Programs that fail when they are run in a container.</summary>
    public ISet<string> FailingCommands { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>Units whose containers end at once with exit code 1.</summary>
    public ISet<string> FailingUnits { get; } = new SortedSet<string>(StringComparer.Ordinal);

    /// <summary>The last line that the containers of a unit print when they end, by unit; those of others tell their exit code.</summary>
    public IDictionary<string, string> LastLines { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The exit codes that the containers of units answer a stop with, by unit; those of others end with 0.</summary>
    public IDictionary<string, long> ExitCodesOnStop { get; } = new SortedDictionary<string, long>(StringComparer.Ordinal);

    internal Action<SimulatedContainer> Exited { get; set; } = _ => { };

    /// <summary>The running container of a unit, or null.</summary>
    public SimulatedContainer? RunningOf(string unit) =>
        _containers.Values.FirstOrDefault(container => container.Running && container.IsOurs && container.Labels.Unit == unit && container.Labels.RunHash.Length > 0);

    /// <summary>A container by its name or id, or null.</summary>
    public SimulatedContainer? Find(string nameOrId) =>
        _containers.GetValueOrDefault(nameOrId) ?? _containers.Values.FirstOrDefault(container => container.Name == nameOrId);

    internal void End(SimulatedContainer container, long exitCode)
    {
        if (container.Running)
        {
            container.Running = false;
            container.Hangs = false;
            container.ExitCode = exitCode;
            container.ServedConfig = null;
            container.OldWorkers.Clear();
            Exited(container);
        }
    }

    /// <summary>A container that somebody else runs here.</summary>
    /// <param name="spec">What it was created from.</param>
    /// <param name="labels">Its labels, of another cluster.</param>
    /// <param name="now">When it started.</param>
    public SimulatedContainer AddForeign(ContainerSpec spec, ContainerLabels labels, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var id = $"{_machine}-f{++_created}";
        var container = new SimulatedContainer(id, spec.Name ?? id, spec, labels);
        Start(container, now);
        _containers.Add(id, container);
        return container;
    }

    /// <summary>Does what is asked, at once.</summary>
    /// <returns>The result, or why there is none.</returns>
    internal (DockerResult? Result, DockerFailure Failure, string Message) Do(DockerRequest request, DateTimeOffset now) => request switch
    {
        _ when NameIn(request) is { } name && Find(name) is { IsOurs: false } => (null, DockerFailure.Foreign, $"the container {name} is not one of this cluster"),
        DockerRequest.Pull pull when IsMissing(pull.Image) => (null, DockerFailure.NoSuchImage, $"there is no image {pull.Image}"),
        DockerRequest.Create create => Create(create),
        DockerRequest.Restart restart => With(restart.Container, container => Restart(container, now)),
        DockerRequest.Rename rename => With(rename.Container, container => container.Name = rename.NewName),
        DockerRequest.Pause or DockerRequest.Wait or DockerRequest.ReadLog or DockerRequest.CopyIn or DockerRequest.CopyOut => With(NameIn(request)!, _ => { }),
        DockerRequest.LookUp look => LookUp(look),
        DockerRequest.CreateNetwork create when !_networks.Add(create.Network.Name) =>
            (null, DockerFailure.Refused, $"network with name {create.Network.Name} already exists"),
        DockerRequest.RemoveNetwork remove when !_networks.Remove(remove.Network) && !remove.MayBeAbsent => Missing("network", remove.Network),
        DockerRequest.Connect { Network: var network } when !_networks.Contains(network) => Missing("network", network),
        DockerRequest.Connect connect => With(connect.Container, _ => { }),
        DockerRequest.Disconnect disconnect => With(disconnect.Container, _ => { }),
        DockerRequest.CreateVolume create => Create(create.Volume),
        DockerRequest.RemoveVolume remove when !_volumes.Remove(remove.Volume) && !remove.MayBeAbsent => Missing("volume", remove.Volume),
        DockerRequest.PutFile put => With(put.Container, container => container.Files[put.Path] = put.Text),
        DockerRequest.Start start => With(start.Container, container => StartUnit(container, now)),
        DockerRequest.Stop stop => With(stop.Container, container => End(container, ExitCodesOnStop.TryGetValue(container.Labels.Unit, out var code) ? code : 0)),
        DockerRequest.Kill kill => Kill(kill),
        DockerRequest.Remove remove => Remove(remove),
        DockerRequest.Exec exec => Exec(exec),
        DockerRequest.Inspect inspect => Find(inspect.Container) is { } found ? (new DockerResult.Inspected(found.State), default, "") : Absent(inspect.Container),
        DockerRequest.Tail tail => Find(tail.Container) is { } printer
            ? (new DockerResult.Printed([.. printer.Lines.TakeLast(tail.Lines).Select(line => line.Text)]), default, "")
            : Absent(tail.Container),
        _ => (new DockerResult.Done(), default, ""),
    };

    private bool IsMissing(string image) => MissingImages.Any(missing => FullName(missing) == FullName(image));

    private static string FullName(string image) => ImageReference.TryParse(image, out var reference) ? reference.ToString() : image;

    private static string? NameIn(DockerRequest request) => request switch
    {
        DockerRequest.PutFile put => put.Container,
        DockerRequest.Start start => start.Container,
        DockerRequest.Stop stop => stop.Container,
        DockerRequest.Kill kill => kill.Container,
        DockerRequest.Remove remove => remove.Container,
        DockerRequest.Exec exec => exec.Container,
        DockerRequest.Inspect inspect => inspect.Container,
        DockerRequest.Tail tail => tail.Container,
        DockerRequest.Restart restart => restart.Container,
        DockerRequest.Pause pause => pause.Container,
        DockerRequest.Wait wait => wait.Container,
        DockerRequest.Rename rename => rename.Container,
        DockerRequest.ReadLog read => read.Container,
        DockerRequest.CopyIn copy => copy.Container,
        DockerRequest.CopyOut copy => copy.Container,
        DockerRequest.Connect connect => connect.Container,
        DockerRequest.Disconnect disconnect => disconnect.Container,
        _ => null,
    };

    private static (DockerResult?, DockerFailure, string) Absent(string name) => (null, DockerFailure.NoSuchContainer, $"there is no container {name}");

    private static (DockerResult?, DockerFailure, string) Missing(string kind, string name) => (null, DockerFailure.Refused, $"there is no {kind} {name}");

    private (DockerResult?, DockerFailure, string) Create(VolumeDefinition volume)
    {
        _volumes.Add(volume.Name);
        return (new DockerResult.Done(), default, "");
    }

    private (DockerResult?, DockerFailure, string) LookUp(DockerRequest.LookUp look)
    {
        var isThere = look.Kind switch
        {
            ObjectKind.Container => Find(look.Name) is not null,
            ObjectKind.Image => !IsMissing(look.Name),
            ObjectKind.Network => _networks.Contains(look.Name),
            ObjectKind.Volume => _volumes.Contains(look.Name),
            _ => Find(look.Name) is not null || _networks.Contains(look.Name) || _volumes.Contains(look.Name),
        };
        return isThere ? (new DockerResult.Done(), default, "") : (null, DockerFailure.Refused, $"there is no {look.Kind?.ToString().ToLowerInvariant() ?? "object"} {look.Name}");
    }

    private void Restart(SimulatedContainer container, DateTimeOffset now)
    {
        End(container, 0);
        StartUnit(container, now);
    }

    private void StartUnit(SimulatedContainer container, DateTimeOffset now)
    {
        Start(container, now);
        if (FailingUnits.Contains(container.Labels.Unit))
        {
            End(container, 1);
        }
    }

    private static void Start(SimulatedContainer container, DateTimeOffset now)
    {
        if (!container.Running)
        {
            container.Running = true;
            container.StartedAt = now;
            container.Print(now, $"{container.Spec.Image}: started");
            container.ServedConfig = container.Files.Values.FirstOrDefault();
        }
    }

    private (DockerResult?, DockerFailure, string) Exec(DockerRequest.Exec exec) => Find(exec.Container) switch
    {
        null => Absent(exec.Container),
        { Running: false } => (null, DockerFailure.Refused, $"the container {exec.Container} is not running"),
        _ => (new DockerResult.Exited(FailingCommands.Contains(exec.Command[0]) ? 1 : 0, ""), default, ""),
    };

    private (DockerResult?, DockerFailure, string) Create(DockerRequest.Create create)
    {
        if (create.Spec.Name is { } name && Find(name) is { } taken)
        {
            if (taken.Running || !taken.IsOurs || taken.Labels.Unit != create.Labels.Unit)
            {
                return (null, DockerFailure.NameInUse, $"the name {name} is in use by the container {taken.Id}");
            }

            _containers.Remove(taken.Id);
        }

        var id = $"{_machine}-c{++_created}";
        _containers.Add(id, new SimulatedContainer(id, create.Spec.Name ?? id, create.Spec, create.Labels));
        return (new DockerResult.Created(id), default, "");
    }

    private (DockerResult?, DockerFailure, string) Kill(DockerRequest.Kill kill) => Find(kill.Container) switch
    {
        null => Absent(kill.Container),
        { Running: false } => (null, DockerFailure.Refused, $"the container {kill.Container} is not running"),
        { } container => With(container.Id, one => End(one, kill.Signal is "SIGKILL" or "KILL" or "9" ? 137 : 143)),
    };

    private (DockerResult?, DockerFailure, string) Remove(DockerRequest.Remove remove)
    {
        if (Find(remove.Container) is not { } container)
        {
            return remove.MayBeAbsent ? (new DockerResult.Done(), default, "") : Absent(remove.Container);
        }

        if (container.Running && !remove.Force)
        {
            return (null, DockerFailure.Refused, $"the container {remove.Container} is running");
        }

        End(container, 137);
        _containers.Remove(container.Id);
        return (new DockerResult.Done(), default, "");
    }

    private (DockerResult?, DockerFailure, string) With(string name, Action<SimulatedContainer> action, DockerResult? result = null)
    {
        if (Find(name) is not { } container)
        {
            return Absent(name);
        }

        action(container);
        return (result ?? new DockerResult.Done(), default, "");
    }
}
