using System.Collections;
using System.Management.Automation;

namespace HaWeb.Tools.PesterStandIn.Model;

/// <summary>One item of -ForEach: <c>$_</c>, and for a hashtable a variable for each key.</summary>
internal sealed record TestData(object? Item, bool IsGiven)
{
    public static TestData None { get; } = new(null, false);

    /// <summary>The data's entries, or null if it is not a hashtable.</summary>
    public IDictionary? Entries => (Item is PSObject wrapped ? wrapped.BaseObject : Item) as IDictionary;

    /// <summary>One data for each item; without -ForEach, one that is empty.</summary>
    public static IEnumerable<TestData> Each(object?[]? items) =>
        items is null ? [None] : items.Select(item => new TestData(item, true));

    /// <summary>The variables that the scope of the block or test gets.</summary>
    public IEnumerable<(string Name, object? Value)> Variables()
    {
        if (!IsGiven)
        {
            yield break;
        }

        yield return ("_", Item);
        foreach (DictionaryEntry entry in Entries ?? new Hashtable())
        {
            yield return (entry.Key.ToString()!, entry.Value);
        }
    }
}
