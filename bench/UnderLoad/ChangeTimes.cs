namespace HaWeb.Bench.UnderLoad;

/// <summary>What <see cref="ChangeClient"/> measured, in milliseconds.</summary>
/// <param name="Watch">From the put to its delivery by a watch.</param>
/// <param name="Reload">From the signal to nginx to the first visitor served by the new config.</param>
/// <param name="Change">From the put to the first visitor served by the new backend.</param>
internal sealed record ChangeTimes(IReadOnlyList<double> Watch, IReadOnlyList<double> Reload, IReadOnlyList<double> Change)
{
    /// <summary>A row of the table.</summary>
    public string Row(string place)
    {
        var needed = Median(Watch) + Median(Reload);
        return $"| {place} | {Median(Watch):0.0} ms | {Median(Reload):0.0} ms | {Median(Change):0.0} ms | {At(Change, 0.95):0.0} ms | {Median(Change) / needed:0.00} | {Change.Count} |";
    }

    /// <summary>What stands above the rows.</summary>
    public const string Head = """
        | nginx | watch delivery | nginx's own reload | put to first request served | 95th percentile | of watch and reload | changes |
        |---|---|---|---|---|---|---|
        """;

    private static double Median(IReadOnlyList<double> times) => At(times, 0.5);

    private static double At(IReadOnlyList<double> times, double share) => times.Order().ElementAt((int)((times.Count - 1) * share));
}
