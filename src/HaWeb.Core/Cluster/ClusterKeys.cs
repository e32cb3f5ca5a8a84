namespace HaWeb.Core.Cluster;

/// <summary>Where things are in the store (PROTOCOL.md section 1).</summary>
public sealed class ClusterKeys
{
    /// <summary>The default root of the cluster's own keys.</summary>
    public const string DefaultPrefix = "/haweb/v1";

    /// <summary>The default root of the services.</summary>
    public const string DefaultServicesPrefix = "/services";

    /// <summary>Makes a layout.</summary>
    /// <param name="prefix">The root of the cluster's own keys, without a trailing slash.</param>
    /// <param name="servicesPrefix">The root of the services, without a trailing slash.</param>
    public ClusterKeys(string prefix = DefaultPrefix, string servicesPrefix = DefaultServicesPrefix)
    {
        Root = prefix.TrimEnd('/') + "/";
        ServicesRoot = servicesPrefix.TrimEnd('/') + "/";
    }

    /// <summary>The prefix of all the cluster's own keys, with its trailing slash.</summary>
    public string Root { get; }

    /// <summary>The prefix of all services, with its trailing slash.</summary>
    public string ServicesRoot { get; }

    /// <summary>The cluster's id.</summary>
    public string Cluster => Root + "cluster";

    /// <summary>The leader's key.</summary>
    public string Engine => Root + "engine";

    /// <summary>An operator's word that ends a hold.</summary>
    public string Resume => Root + "resume";

    /// <summary>The prefix of all units.</summary>
    public string Units => Root + "units/";

    /// <summary>The prefix of all unit files.</summary>
    public string Files => Root + "files/";

    /// <summary>The prefix of all machines.</summary>
    public string Machines => Root + "machines/";

    /// <summary>The prefix of all work lists.</summary>
    public string Placements => Root + "placements/";

    /// <summary>The prefix of all balancers.</summary>
    public string Balancers => Root + "balancers/";

    /// <summary>A unit or template.</summary>
    public string Unit(string unit) => Units + unit;

    /// <summary>A unit file's text.</summary>
    public string File(string hash) => Files + hash;

    /// <summary>A machine's identity.</summary>
    public string Machine(string machine) => Machines + machine;

    /// <summary>A machine's session.</summary>
    public string Alive(string machine) => Machines + machine + "/alive";

    /// <summary>The operator's metadata of a machine.</summary>
    public string Metadata(string machine) => Machines + machine + "/metadata";

    /// <summary>A machine's cordon.</summary>
    public string Cordon(string machine) => Machines + machine + "/cordon";

    /// <summary>Where a unit is placed.</summary>
    public string Placed(string unit) => Root + "placed/" + unit;

    /// <summary>The prefix of one machine's work list.</summary>
    public string PlacementsOf(string machine) => Placements + machine + "/";

    /// <summary>One entry of a machine's work list.</summary>
    public string Placement(string machine, string unit) => Placements + machine + "/" + unit;

    /// <summary>What a machine says of a unit.</summary>
    public string Status(string machine, string unit) => Root + "status/" + machine + "/" + unit;

    /// <summary>What a balancer serves.</summary>
    public string Balancer(string machine, string unit) => Balancers + machine + "/" + unit;

    /// <summary>A rolling update.</summary>
    public string Update(string template) => Root + "updates/" + template;

    /// <summary>The prefix of one service's backends.</summary>
    public string Service(string service) => ServicesRoot + service + "/";

    /// <summary>One backend of a service.</summary>
    public string Backend(string service, string instance) => ServicesRoot + service + "/" + instance;

    /// <summary>Reads a key back; null for one that is not of this layout.</summary>
    public ClusterKey? Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.StartsWith(ServicesRoot, StringComparison.Ordinal))
        {
            var service = key[ServicesRoot.Length..].Split('/', 2);
            return service is [{ Length: > 0 }, { Length: > 0 }] ? new ClusterKey(ClusterTable.Backends, service[0], service[1]) : null;
        }

        if (!key.StartsWith(Root, StringComparison.Ordinal))
        {
            return null;
        }

        return key[Root.Length..].Split('/') switch
        {
            ["cluster"] => new ClusterKey(ClusterTable.Cluster, "", ""),
            ["engine"] => new ClusterKey(ClusterTable.Engine, "", ""),
            ["resume"] => new ClusterKey(ClusterTable.Resume, "", ""),
            ["units", { Length: > 0 } unit] => new ClusterKey(ClusterTable.Units, unit, ""),
            ["files", { Length: > 0 } hash] => new ClusterKey(ClusterTable.Files, hash, ""),
            ["machines", { Length: > 0 } machine] => new ClusterKey(ClusterTable.Machines, machine, ""),
            ["machines", { Length: > 0 } machine, "alive"] => new ClusterKey(ClusterTable.Sessions, machine, ""),
            ["machines", { Length: > 0 } machine, "metadata"] => new ClusterKey(ClusterTable.Metadata, machine, ""),
            ["machines", { Length: > 0 } machine, "cordon"] => new ClusterKey(ClusterTable.Cordons, machine, ""),
            ["placed", { Length: > 0 } unit] => new ClusterKey(ClusterTable.Placed, unit, ""),
            ["placements", { Length: > 0 } machine, { Length: > 0 } unit] => new ClusterKey(ClusterTable.Placements, machine, unit),
            ["status", { Length: > 0 } machine, { Length: > 0 } unit] => new ClusterKey(ClusterTable.Status, machine, unit),
            ["balancers", { Length: > 0 } machine, { Length: > 0 } unit] => new ClusterKey(ClusterTable.Balancers, machine, unit),
            ["updates", { Length: > 0 } template] => new ClusterKey(ClusterTable.Updates, template, ""),
            _ => null,
        };
    }
}
