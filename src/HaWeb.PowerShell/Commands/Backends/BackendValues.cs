using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Which services there are, and which of their values cannot be read.</summary>
internal static class BackendValues
{
    /// <summary>The services that a name or pattern means, of those that have backends or are named by these units, by name.</summary>
    public static IEnumerable<string> Services(ClusterState state, IEnumerable<UnitView> units, string typed)
    {
        var pattern = WildcardPattern.Get(typed, WildcardOptions.None);
        return state.Backends.Owners.Concat(units.Select(unit => unit.Service).OfType<string>()).Distinct(StringComparer.Ordinal).Where(pattern.IsMatch).Order(StringComparer.Ordinal);
    }

    /// <summary>Whether a service exists: it has a backend, readable or not, or a unit that may become one. A pattern always does.</summary>
    public static bool Exists(ClusterState state, UnitViews units, string typed) =>
        WildcardPattern.ContainsWildcardCharacters(typed)
        || state.Backends.Owners.Contains(typed)
        || Malformed(state, [typed]).Any()
        || units.All().Any(unit => unit.Service == typed);

    /// <summary>The keys of backends whose values cannot be read, and why.</summary>
    public static IEnumerable<(string Key, string Problem)> Malformed(ClusterState state, IReadOnlyList<string> services)
    {
        var patterns = services.Select(service => WildcardPattern.Get(service, WildcardOptions.None)).ToList();
        return state.Malformed
            .Where(entry => state.Keys.Parse(entry.Key) is { Table: ClusterTable.Backends } key && patterns.Exists(pattern => pattern.IsMatch(key.Name)))
            .Select(entry => (entry.Key, entry.Value));
    }

    /// <summary>The error of a service that nobody knows.</summary>
    public static CommandError NotFound(string typed) => new(
        "ServiceNotFound",
        ErrorCategory.ObjectNotFound,
        $"There is no service '{typed}': it has no backend, and no unit names it.",
        typed,
        "A unit is a backend of the service that its file names: [X-HaWeb] Service=. Names are case-sensitive.");

    /// <summary>The error of such a key.</summary>
    public static CommandError Error(string key, string problem) => new(
        "BackendMalformed",
        ErrorCategory.InvalidData,
        $"The value of {key} is no backend: {problem}. It is left alone and no load balancer uses it.",
        key,
        "Correct or delete the key with the tool that wrote it.");
}
