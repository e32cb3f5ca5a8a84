using System.Collections.ObjectModel;
using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>One group of Group-Object: the values its members share, and the members unless -NoElement was given.</summary>
public sealed class GroupInfo(string name, IReadOnlyList<object?> values, Collection<PSObject> members, bool keepMembers)
{
    public int Count { get; } = members.Count;

    public string Name { get; } = name;

    public Collection<PSObject>? Group { get; } = keepMembers ? members : null;

    public IReadOnlyList<object?> Values { get; } = values;
}
