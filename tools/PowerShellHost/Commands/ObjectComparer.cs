using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>
/// The order of PowerShell's comparison operators; values of types that do not compare are ordered by their text.
/// </summary>
internal sealed class ObjectComparer(bool ignoreCase) : IComparer<object?>
{
    public int Compare(object? x, object? y)
    {
        if (LanguagePrimitives.TryCompare(Bare(x), Bare(y), ignoreCase, out var order))
        {
            return order;
        }

        return string.Compare(Text(x), Text(y), ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    /// <summary>Whether two objects are the same to Select-Object -Unique: equal, or with the same properties and values.</summary>
    public bool AreSame(PSObject? x, PSObject? y)
    {
        if (x?.BaseObject is not PSCustomObject || y?.BaseObject is not PSCustomObject)
        {
            return Compare(x, y) == 0;
        }

        var left = x.Properties.ToArray();
        var right = y.Properties.ToArray();
        return left.Length == right.Length
            && left.Zip(right).All(pair => pair.First.Name == pair.Second.Name && Compare(pair.First.Value, pair.Second.Value) == 0);
    }

    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static string Text(object? value) => value?.ToString() ?? string.Empty;
}
