using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>What many machines or units answer, each answer once: <c>A, B, C and 57 more: its agent is not alive; D: it is cordoned</c>.</summary>
internal static class GroupedReasons
{
    /// <summary>As many of those with one reason are named.</summary>
    private const int Named = 3;

    /// <summary>The reasons on one line, in the order in which people count names.</summary>
    public static string Of(IEnumerable<(string Name, string Reason)> answers) => string.Join("; ", Lines(answers));

    /// <summary>One line per reason.</summary>
    public static IEnumerable<string> Lines(IEnumerable<(string Name, string Reason)> answers) =>
        answers.OrderBy(answer => answer.Name, UnitNameComparer.Instance).GroupBy(answer => answer.Reason, StringComparer.Ordinal).Select(group =>
        {
            var names = group.Select(answer => answer.Name).ToList();
            var more = names.Count > Named ? $" and {names.Count - Named} more" : "";
            return $"{string.Join(", ", names.Take(Named))}{more}: {group.Key}";
        });
}
