using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _input = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            _input.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        var comparer = new ObjectComparer(ignoreCase: !CaseSensitive);
        var properties = PropertyExpression.ParseAll(Property);
        var rows = _input.Select(item => new Row(item, Keys(item, properties)));
        var sorted = Enumerable.Range(0, Math.Max(1, properties.Length)).Aggregate(
            rows.OrderBy(_ => 0),
            (order, column) => IsDescending(properties, column)
                ? order.ThenByDescending(row => row.Keys[column], comparer)
                : order.ThenBy(row => row.Keys[column], comparer));

        object?[]? previous = null;
        foreach (var row in sorted)
        {
            if (!Unique || previous is null || !row.Keys.Zip(previous).All(pair => comparer.Compare(pair.First, pair.Second) == 0))
            {
                WriteObject(row.Item);
            }

            previous = row.Keys;
        }
    }

    private static object?[] Keys(PSObject item, PropertyExpression[] properties) =>
        properties.Length == 0 ? [item] : [.. properties.Select(property => property.Value(item))];

    private bool IsDescending(PropertyExpression[] properties, int column) =>
        column < properties.Length && properties[column].Descending is { } own ? own : Descending;

    private sealed record Row(PSObject Item, object?[] Keys);
}
