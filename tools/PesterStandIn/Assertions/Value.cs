using System.Collections;
using System.Management.Automation;

namespace HaWeb.Tools.PesterStandIn.Assertions;

/// <summary>Values of tests: bare, as lists, and as text for a message.</summary>
internal static class Value
{
    private const int ShownItems = 10;

    public static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    /// <summary>The items of a collection, or null if the value is one thing; a dictionary and a string are one thing.</summary>
    public static object?[]? Items(object? value) =>
        Bare(value) is IEnumerable items and not string and not IDictionary ? [.. items.Cast<object?>()] : null;

    public static string Show(object? value) => Bare(value) switch
    {
        null => "$null",
        string text => $"'{text}'",
        bool truth => truth ? "$true" : "$false",
        Type type => $"[{type}]",
        IDictionary entries => "@{" + string.Join("; ", entries.Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={Show(entry.Value)}")) + "}",
        ScriptBlock body => $"{{{body}}}",
        var other => Items(other) is { } items ? ShowItems(items) : LanguagePrimitives.ConvertTo<string>(other),
    };

    private static string ShowItems(object?[] items)
    {
        var shown = string.Join(", ", items.Take(ShownItems).Select(Show));
        return items.Length > ShownItems ? $"@({shown}, ... {items.Length - ShownItems} more)" : $"@({shown})";
    }
}
