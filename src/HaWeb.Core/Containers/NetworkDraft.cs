using System.Net;

namespace HaWeb.Core.Containers;

/// <summary>A network as the flags of <c>docker network create</c> give it, in which it is not said what belongs to which subnet.</summary>
internal sealed record NetworkDraft
{
    public NetworkDefinition Network { get; init; } = new();

    public IReadOnlyList<string> Subnets { get; init; } = [];

    public IReadOnlyList<string> Ranges { get; init; } = [];

    public IReadOnlyList<string> Gateways { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Reserved { get; init; } = [];

    /// <summary>Gives each subnet what lies in it.</summary>
    /// <exception cref="FlagValueException">Something lies in none, or two things stand for one.</exception>
    public NetworkDefinition Settle()
    {
        var parts = Subnets.Select(text => (Text: text, Net: FlagValues.SubnetOf(text))).ToList();
        if (parts.Where((part, i) => parts.Take(i).Any(other => other.Net.Contains(part.Net.BaseAddress) || part.Net.Contains(other.Net.BaseAddress))).Any())
        {
            throw new FlagValueException("the subnets overlap.");
        }

        var ranges = parts.ConvertAll(part => new NetworkRange(
            part.Text,
            Single(Ranges.Where(range => part.Net.Contains(FlagValues.SubnetOf(range).BaseAddress)), $"--ip-range within {part.Text}"),
            Single(Gateways.Where(gateway => part.Net.Contains(IPAddress.Parse(gateway))), $"--gateway within {part.Text}"),
            [.. Reserved.Where(reserved => IPAddress.TryParse(reserved.Value, out var address) && part.Net.Contains(address))]));
        if (ranges.Count(range => range.Range is not null) < Ranges.Count
            || ranges.Count(range => range.Gateway is not null) < Gateways.Count
            || ranges.Sum(range => range.Reserved.Count) < Reserved.Count)
        {
            throw new FlagValueException("an --ip-range, --gateway or --aux-address lies in no --subnet.", "Give the --subnet that it lies in.");
        }

        return Network with { Ranges = ranges };
    }

    private static string? Single(IEnumerable<string> found, string what)
    {
        var all = found.ToList();
        return all.Count > 1 ? throw new FlagValueException($"there is more than one {what}.") : all.FirstOrDefault();
    }
}
