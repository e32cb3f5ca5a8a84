using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

[Cmdlet(VerbsData.Group, "Object", DefaultParameterSetName = "Groups")]
[OutputType(typeof(GroupInfo), ParameterSetName = ["Groups"])]
[OutputType(typeof(Hashtable), ParameterSetName = ["Hashtable"])]
public sealed class GroupObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _input = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter NoElement { get; set; }

    [Parameter(ParameterSetName = "Hashtable", Mandatory = true)]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "Hashtable")]
    public SwitchParameter AsString { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            _input.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        var properties = PropertyExpression.ParseAll(Property);
        var groups = new SortedDictionary<object?[], Collection<PSObject>>(KeyOrder(new ObjectComparer(ignoreCase: true)));
        foreach (var item in _input)
        {
            object?[] key = properties.Length == 0 ? [item] : [.. properties.Select(property => property.Value(item))];
            if (!groups.TryGetValue(key, out var members))
            {
                groups.Add(key, members = []);
            }

            members.Add(item);
        }

        if (AsHashTable)
        {
            WriteObject(ToHashtable(groups));
            return;
        }

        foreach (var (key, members) in groups)
        {
            WriteObject(new GroupInfo(NameOf(key), key, members, !NoElement));
        }
    }

    private static Comparer<object?[]> KeyOrder(ObjectComparer comparer) =>
        Comparer<object?[]>.Create((left, right) =>
            left.Zip(right).Select(pair => comparer.Compare(pair.First, pair.Second)).FirstOrDefault(order => order != 0));

    private static string NameOf(object?[] key) => string.Join(", ", key.Select(value => value?.ToString()));

    private Hashtable ToHashtable(SortedDictionary<object?[], Collection<PSObject>> groups)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, members) in groups)
        {
            var value = key is [{ } single] ? single : NameOf(key);
            table[AsString ? NameOf(key) : value is PSObject wrapped ? wrapped.BaseObject : value] = members;
        }

        return table;
    }
}
