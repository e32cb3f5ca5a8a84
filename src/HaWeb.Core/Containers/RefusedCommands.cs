namespace HaWeb.Core.Containers;

/// <summary>Docker's commands that a unit cannot have, and what to do instead.</summary>
internal static class RefusedCommands
{
    private const string Prints = "It only prints, and nobody reads that in a unit; docker inspect tells by its exit status whether something is there.";
    private const string Strangers = "It would remove what belongs to others too: name what is to go with docker rm, rmi, network rm or volume rm.";
    private const string Registry = "Images come from a registry: push it there once, and name it in docker run.";
    private const string Credentials = "The agent uses the credentials of its machine: log in there once.";
    private const string Swarm = "HaWeb places the units; there is no swarm.";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["attach"] = "The agent follows a unit's container; write docker start -a, or docker logs -f.",
        ["build"] = Registry,
        ["commit"] = Registry,
        ["export"] = Registry,
        ["image build"] = Registry,
        ["image import"] = Registry,
        ["image load"] = Registry,
        ["image push"] = Registry,
        ["image save"] = Registry,
        ["import"] = Registry,
        ["load"] = Registry,
        ["push"] = Registry,
        ["save"] = Registry,
        ["diff"] = Prints,
        ["events"] = Prints,
        ["history"] = Prints,
        ["image history"] = Prints,
        ["image ls"] = Prints,
        ["images"] = Prints,
        ["info"] = Prints,
        ["container ls"] = Prints,
        ["network ls"] = Prints,
        ["port"] = Prints,
        ["ps"] = Prints,
        ["search"] = Prints,
        ["stats"] = Prints,
        ["top"] = Prints,
        ["version"] = Prints,
        ["volume ls"] = Prints,
        ["image prune"] = Strangers,
        ["network prune"] = Strangers,
        ["container prune"] = Strangers,
        ["system"] = Strangers,
        ["volume prune"] = Strangers,
        ["login"] = Credentials,
        ["logout"] = Credentials,
        ["node"] = Swarm,
        ["secret"] = Swarm,
        ["service"] = Swarm,
        ["stack"] = Swarm,
        ["swarm"] = Swarm,
        ["compose"] = "Write one unit for each service, with docker run.",
        ["update"] = "Write the limits on the docker run line.",
    };

    /// <summary>What to do instead of a command; null where nothing is known.</summary>
    public static string? Advice(string command) => Reasons.GetValueOrDefault(command);
}
