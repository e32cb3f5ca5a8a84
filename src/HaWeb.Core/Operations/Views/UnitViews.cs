using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations.Views;

/// <summary>Makes the views of units from the cluster's state.</summary>
public sealed class UnitViews
{
    private readonly ClusterState _state;
    private readonly Func<string, string> _whyPending;
    private readonly Dictionary<string, UnitFile> _files = new(StringComparer.Ordinal);
    private readonly Violations? _violations;

    /// <summary>Makes one for a state.</summary>
    /// <param name="state">The cluster, which must not change while it is used.</param>
    /// <param name="whyPending">Why no machine takes a unit that waits for one, for people.</param>
    /// <param name="catalog">The units' definitions, to say which rules are violated; null to leave that out.</param>
    public UnitViews(ClusterState state, Func<string, string> whyPending, UnitCatalog? catalog = null)
    {
        _state = state;
        _whyPending = whyPending;
        _violations = catalog is null ? null : new Violations(state, catalog);
    }

    /// <summary>Makes one for a state at a time: what waits for a machine says what every machine answered then.</summary>
    /// <param name="state">The cluster, which must not change while it is used.</param>
    /// <param name="now">The time.</param>
    public UnitViews(ClusterState state, DateTimeOffset now)
    {
        // To ask the planner costs a look at every placed unit, which is spared where none waits.
        PendingReasons? reasons = null;
        _state = state;
        _violations = new Violations(state, new UnitCatalog(state));
        _whyPending = unit => (reasons ??= new PendingReasons(state)).Of(unit, now);
    }

    /// <summary>All units, in the order people count, those too that were removed and have not left their machines. Templates are none.</summary>
    public IEnumerable<UnitView> All()
    {
        var names = new SortedSet<string>(_state.Units.Names, UnitNameComparer.Instance);
        names.UnionWith(_state.Placements.Entries.Select(placement => placement.Item));
        return names.SelectMany(Of);
    }

    /// <summary>One unit: one view, or for a global unit one per machine that it is on; none when it does not exist or is a template.</summary>
    public IReadOnlyList<UnitView> Of(string unit)
    {
        if (!UnitName.TryParse(unit, out var name, out _) || name.IsTemplate)
        {
            return [];
        }

        var record = _state.Units[unit];
        var machines = _state.Placements.OwnersOf(unit);
        if (machines.Count > 0)
        {
            return [.. machines.Select(machine => Placed(name, record?.Value, machine))];
        }

        return record is null ? [] : [Unplaced(name, record.Value)];
    }

    private UnitView Unplaced(UnitName name, UnitRecord record) => Describe(name, record, record.Hash) with
    {
        Load = "unloaded",
        Active = "inactive",
        Sub = "dead",
        Reason = record.Desired == DesiredState.Inactive ? ""
            : _state.Engine is null ? "no engine is running, so nothing is placed: Start-HaAgent on a machine starts one"
            : _whyPending(name.FullName),
    };

    private UnitView Placed(UnitName name, UnitRecord? record, string machine)
    {
        var placement = _state.Placements[machine, name.FullName]!;
        var leaving = placement.Value.State == PlacementState.Leave;
        var view = Describe(name, record, placement.Value.Hash) with
        {
            Machine = machine,
            Address = _state.Machines[machine]?.Value.Address,
            IsLeaving = leaving,
            Violates = leaving || _violations is null ? "" : _violations.Of(name.FullName, machine),
        };
        if (!_state.Sessions.Contains(machine))
        {
            return view with { IsMachineGone = true, Reason = $"machine {machine} is not alive: what its units do is not known" };
        }

        if (_state.Status[machine, name.FullName]?.Value is not { } status)
        {
            return view with { Reason = leaving ? Leaving(machine, placement.Value) : $"placed on {machine}, whose agent has not reported yet" };
        }

        var backend = view.Service is null ? null
            : _state.Backends[view.Service, name.NameWithoutSuffix] ?? _state.Backends[view.Service, $"{name.NameWithoutSuffix}/{machine}"];
        return view with
        {
            Load = status.Load,
            Active = status.Active,
            Sub = status.Sub,
            Hash = status.Hash.Length > 0 ? status.Hash : view.Hash,
            Since = status.Since,
            Reason = leaving ? Leaving(machine, placement.Value) : ReasonOf(machine, status),
            Healthy = status.Healthy,
            Backend = backend is null or { Lease: 0 } ? null : backend.Value.Endpoint,
            Restarts = status.Restarts,
            Next = status.Next,
            Last = status.Last ?? status.Trigger,
            ExitCode = status.ExitCode,
            Output = status.Output,
            Failure = status.Failure,
            Container = status.Container,
            IsCurrent = record is not null && !leaving && IsCurrent(record, placement, status) && (_state.Placed[name.FullName]?.Value.Move ?? 0) == record.Move,
        };
    }

    private string ReasonOf(string machine, StatusRecord status) =>
        status.Reason.Length > 0 ? status.Reason
        : _state.Machines[machine]?.Value.DockerDownSince is { } since ? $"Docker on {machine} has not answered since {since:HH:mm:ss}{(status is { IsActive: true, Healthy: false } ? $", and its probes fail ({status.HealthError}): after a minute of both another machine gets it, if one takes it" : ": what is shown is the last that is known")}"
        : status is { IsActive: true, Healthy: false } ? $"is unhealthy: {status.HealthError}"
        : "";

    private static bool IsCurrent(UnitRecord record, Versioned<PlacementRecord> placement, StatusRecord status) =>
        status.Generation == placement.CreateRevision
        && status.Hash == record.Hash && placement.Value.Hash == record.Hash
        && status.Restart == record.Restart && placement.Value.Restart == record.Restart
        && status.Reload >= record.Reload && placement.Value.Reload == record.Reload
        && placement.Value.Desired == record.Desired;

    private static string Leaving(string machine, PlacementRecord placement) =>
        placement.Reason.Length == 0 ? $"leaves {machine}" : $"leaves {machine}: {placement.Reason}";

    private UnitView Describe(UnitName name, UnitRecord? record, string hash) => new()
    {
        Name = name.FullName,
        Desired = record?.Desired,
        Load = UnitView.Unknown,
        Active = UnitView.Unknown,
        Sub = UnitView.Unknown,
        Hash = hash,
        Service = ServiceOf(name, hash),
        Template = record?.Template,
        TemplateDrift = record?.Template is { } template && _state.Units[template] is { } stored && stored.Value.Hash != record.Hash,
    };

    private string? ServiceOf(UnitName name, string hash)
    {
        if (!_files.TryGetValue(hash, out var file))
        {
            if (_state.Files[hash] is not { Value: var text })
            {
                return null;
            }

            _files.Add(hash, file = UnitFile.Parse(text, out _));
        }

        return HaWebOptions.Read(name, file, out _).Service;
    }
}
