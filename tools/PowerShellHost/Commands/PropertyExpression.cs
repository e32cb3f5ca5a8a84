using System.Collections;
using System.Management.Automation;

namespace HaWeb.Tools.PowerShellHost.Commands;

/// <summary>
/// What -Property takes: a name, which may have wildcards, a script block, or a hashtable with Expression and optionally
/// Name (Label) and Ascending or Descending.
/// </summary>
internal sealed class PropertyExpression
{
    private readonly ScriptBlock? _script;
    private readonly WildcardPattern? _pattern;

    private PropertyExpression(object expression, string? label, bool? descending)
    {
        var bare = expression is PSObject wrapped ? wrapped.BaseObject : expression;
        _script = bare as ScriptBlock;
        var text = bare.ToString()!;
        Name = label ?? text;
        Path = text;
        Descending = descending;
        if (_script is null && WildcardPattern.ContainsWildcardCharacters(text))
        {
            _pattern = new WildcardPattern(text, WildcardOptions.IgnoreCase);
        }
    }

    /// <summary>The name of the property that is made.</summary>
    public string Name { get; }

    /// <summary>The order that this property alone asks for, or null.</summary>
    public bool? Descending { get; }

    private string Path { get; }

    public static PropertyExpression[] ParseAll(object[]? properties) => [.. (properties ?? []).Select(Parse)];

    /// <summary>Each property of the object that this selects, by name and value. Without a match: null, or nothing for a wildcard.</summary>
    public IEnumerable<(string Name, object? Value)> Select(PSObject target)
    {
        if (_pattern is null)
        {
            return [(Name, Value(target))];
        }

        return from property in target.Properties
               where _pattern.IsMatch(property.Name)
               select (property.Name, ReadProperty(property));
    }

    /// <summary>The one value of this expression for the object; null where it has no such property or reading it fails.</summary>
    public object? Value(PSObject target)
    {
        if (_script is null)
        {
            return target.Properties[Path] is { } property ? ReadProperty(property)
                : target.BaseObject is IDictionary entries && entries.Contains(Path) ? entries[Path]
                : null;
        }

        try
        {
            var results = _script.InvokeWithContext(null, [new PSVariable("_", target)]);
            return results.Count switch { 0 => null, 1 => results[0], _ => results.ToArray() };
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            // As the real cmdlets: a calculated property that fails is empty.
            return null;
        }
    }

    private static PropertyExpression Parse(object property)
    {
        var bare = property is PSObject wrapped ? wrapped.BaseObject : property;
        if (bare is not IDictionary parts)
        {
            return new PropertyExpression(bare, null, null);
        }

        object? expression = null;
        string? label = null;
        bool? descending = null;
        foreach (DictionaryEntry part in parts)
        {
            var key = part.Key.ToString()!;
            if (IsPrefix(key, "Expression"))
            {
                expression = part.Value;
            }
            else if (IsPrefix(key, "Name") || IsPrefix(key, "Label"))
            {
                label = part.Value?.ToString();
            }
            else if (IsPrefix(key, "Descending"))
            {
                descending = LanguagePrimitives.IsTrue(part.Value);
            }
            else if (IsPrefix(key, "Ascending"))
            {
                descending = !LanguagePrimitives.IsTrue(part.Value);
            }
            else
            {
                throw new PSArgumentException($"'{key}' is not a key of a calculated property. Use Name, Expression, Ascending or Descending.");
            }
        }

        return expression is null
            ? throw new PSArgumentException("A calculated property needs the key Expression.")
            : new PropertyExpression(expression, label, descending);
    }

    private static bool IsPrefix(string key, string name) => key.Length > 0 && name.StartsWith(key, StringComparison.OrdinalIgnoreCase);

    private static object? ReadProperty(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
