using System.Management.Automation;
using System.Text.RegularExpressions;

namespace HaWeb.Tools.PesterStandIn.Running;

/// <summary>Names with <c>&lt;variable&gt;</c> or <c>&lt;variable.property&gt;</c> in them.</summary>
internal static partial class NameTemplate
{
    /// <summary>The name with each part replaced by the variable's value; empty for one that is not set.</summary>
    public static string Expand(string name, EngineScope scope) => Placeholder().Replace(name, match =>
    {
        var path = match.Groups["path"].Value.Split('.');
        var value = scope.Variable(path[0]);

        foreach (var property in path.Skip(1))
        {
            value = value is null ? null : PSObject.AsPSObject(value).Properties[property]?.Value;
        }

        return LanguagePrimitives.ConvertTo<string>(value);
    });

    [GeneratedRegex(@"<(?<path>[\w]+(\.\w+)*)>")]
    private static partial Regex Placeholder();
}
