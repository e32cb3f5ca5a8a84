using System.Globalization;
using System.Text.RegularExpressions;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Scenarios;

/// <summary>
/// What the store says of a cluster, in lines that a scenario can have as its expectation: units, the backends of services, machines that are not
/// simply alive, rolling updates, what is said of units that are not placed there, and whether the cluster holds.
/// </summary>
public static class StoreText
{
    /// <summary>Writes it.</summary>
    public static string Of(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        IEnumerable<string> lines =
        [
            .. new UnitViews(state, now).All().Select(Unit),
            .. state.Backends.Owners.Select(service => Service(state, service)),
            .. MachineView.All(state).Select(Machine).OfType<string>(),
            .. state.Updates.Entries.Select(update => Update(UpdateView.Find(state, update.Key, now)!)),
            .. Leftovers(state.Status.Entries, "status", state),
            .. Leftovers(state.Balancers.Entries, "balancer", state),
        ];
        if (state.Engine?.Value.Holding is { } holding)
        {
            lines = lines.Append($"the cluster holds: {holding}");
        }

        return ScenarioMachine.NamesIn(string.Join('\n', lines));
    }

    /// <summary>Whether a text is as expected. An ellipsis in the expectation stands for any text within a line.</summary>
    public static bool Matches(string expected, string text)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return Regex.IsMatch(text, $"^{Regex.Escape(expected).Replace("…", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);
    }

    private static string Unit(UnitView unit)
    {
        var desired = unit.Desired?.ToString().ToLowerInvariant() ?? "removed";
        if (unit.Machine is null)
        {
            return unit.Reason.Length == 0 ? $"{unit.Name} {desired}" : $"{unit.Name} {desired}, waits: {unit.Reason}";
        }

        List<string> parts = [$"{unit.Name} {desired} on {unit.Machine}: {unit.Active}/{unit.Sub}"];
        if (unit.Healthy is { } healthy)
        {
            parts.Add(healthy ? "healthy" : "unhealthy");
        }

        if (unit.Restarts > 0)
        {
            parts.Add($"restarts {unit.Restarts.ToString(CultureInfo.InvariantCulture)}");
        }

        if (unit.Active != UnitView.Unknown && !unit.IsCurrent)
        {
            parts.Add("not yet as wanted");
        }

        if (unit.Violates.Length > 0)
        {
            parts.Add($"against the rule {unit.Violates}");
        }

        if (unit.Output is { } output)
        {
            parts.Add($"last line '{output}'");
        }

        if (unit.Reason.Length > 0)
        {
            parts.Add($"because {unit.Reason}");
        }

        return string.Join(", ", parts);
    }

    private static string Service(ClusterState state, string service) =>
        $"{service}: " + string.Join(", ", state.Backends[service].Entries.Select(backend => $"{backend.Key} at {backend.Value.Value}"));

    private static string Update(UpdateView update)
    {
        var reason = update.Reason.Length == 0 ? "" : $", because {update.Reason}";
        return string.Create(CultureInfo.InvariantCulture, $"update of {update.Name}: {(update.Paused ? "paused" : update.State)}, {update.Done} of {update.Total}{reason}");
    }

    private static IEnumerable<string> Leftovers<T>(IEnumerable<(string Owner, string Item, Versioned<T> Entry)> entries, string what, ClusterState state)
        where T : class => entries
        .Where(entry => state.Placements[entry.Owner, entry.Item] is null)
        .Select(entry => $"a {what} of {entry.Item} is left of {entry.Owner}");

    private static string? Machine(MachineView machine) => machine switch
    {
        { State: MachineStanding.Lost } => $"{machine.Name} is lost",
        { Draining: true } => $"{machine.Name} is drained",
        { Cordoned: true } => $"{machine.Name} is cordoned",
        _ => null,
    };
}
