using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace HaWeb.Tools.PesterStandIn.Assertions;

/// <summary>The operators of Should that compare values, by the rules of PowerShell's own operators.</summary>
internal static class Comparisons
{
    public static Outcome Equal(object? actual, object? expected, bool ignoreCase)
    {
        var exactly = ignoreCase ? string.Empty : "exactly ";
        return new Outcome(AreEqual(actual, expected, ignoreCase), exactly + Value.Show(expected), Got(actual));
    }

    public static Outcome Truth(object? actual, bool expected) =>
        new(LanguagePrimitives.IsTrue(actual) == expected, Value.Show(expected), Got(actual));

    public static Outcome NullOrEmpty(object? actual)
    {
        var holds = Value.Bare(actual) switch
        {
            null => true,
            string text => text.Length == 0,
            IDictionary entries => entries.Count == 0,
            _ => Value.Items(actual) is { } items && (items.Length == 0 || items is [var single] && NullOrEmpty(single).Holds),
        };
        return new Outcome(holds, "$null or empty", Got(actual));
    }

    public static Outcome Count(object? actual, int expected)
    {
        var items = Value.Items(actual) ?? [actual];
        return new Outcome(items.Length == expected, $"a collection with size {expected}", $"got size {items.Length}: {Value.Show(items)}");
    }

    public static Outcome Contains(object? actual, object? expected)
    {
        var holds = (Value.Items(actual) ?? [actual]).Any(item => AreEqual(item, expected, ignoreCase: true));
        return new Outcome(holds, $"{Value.Show(expected)} to be in the collection {Value.Show(actual)}", holds ? "it was found" : "it was not found");
    }

    public static Outcome OfType(object? actual, object? expected)
    {
        // A bare word such as [int] comes as text.
        var type = LanguagePrimitives.ConvertTo<Type>(Value.Bare(expected) is string text ? text.Trim('[', ']') : expected);
        var bare = actual is PSObject wrapped ? wrapped.BaseObject : actual;
        return new Outcome(type.IsInstanceOfType(bare), $"the type [{type}]", $"got {Value.Show(actual)} of type [{bare?.GetType().FullName ?? "null"}]");
    }

    public static Outcome Matches(object? actual, string pattern, bool ignoreCase)
    {
        var options = ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None;
        return new Outcome(Regex.IsMatch(Text(actual), pattern, options), $"a match of the expression '{pattern}'", Got(actual));
    }

    public static Outcome Like(object? actual, string pattern) =>
        new(new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(Text(actual)), $"text like '{pattern}'", Got(actual));

    public static Outcome Ordered(object? actual, object? expected, string relation, Func<int, bool> holds) =>
        new(holds(LanguagePrimitives.Compare(Value.Bare(actual), Value.Bare(expected), true)), $"a value {relation} {Value.Show(expected)}", Got(actual));

    private static bool AreEqual(object? actual, object? expected, bool ignoreCase)
    {
        if (Value.Items(actual) is not { } left)
        {
            return Value.Items(expected) is [var only]
                ? AreEqual(actual, only, ignoreCase)
                : Value.Items(expected) is null && LanguagePrimitives.Equals(Value.Bare(actual), Value.Bare(expected), ignoreCase);
        }

        return Value.Items(expected) is { } right
            && left.Length == right.Length
            && left.Zip(right).All(pair => AreEqual(pair.First, pair.Second, ignoreCase));
    }

    private static string Got(object? actual) => "got " + Value.Show(actual);

    private static string Text(object? actual) => LanguagePrimitives.ConvertTo<string>(actual) ?? string.Empty;
}
