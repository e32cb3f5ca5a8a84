namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>What Measure-Object found; what was not asked for is null.</summary>
public sealed record MeasureInfo
{
    public required int Count { get; init; }

    public double? Average { get; init; }

    public double? Sum { get; init; }

    public object? Maximum { get; init; }

    public object? Minimum { get; init; }

    public string? Property { get; init; }
}
