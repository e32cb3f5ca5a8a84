namespace HaWeb.Core.Units;

/// <summary>Reads the names of other units in <c>[Unit]</c>. As systemd it leaves out what is no unit's name, and says so.</summary>
internal sealed class DependencyOptionsReader(UnitName name, OptionProblems problems)
{
    private readonly SpecifierContext _context = new(name);

    /// <summary>The options that are read here.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["Requires", "Requisite", "Wants", "BindsTo", "PartOf", "Conflicts", "Before", "After"];

    public DependencyOptions Read(UnitFile file)
    {
        var lists = Keys.ToDictionary(key => key, _ => new List<string>(), StringComparer.Ordinal);
        foreach (var option in file.Section(SystemdKeys.UnitSection))
        {
            if (lists.TryGetValue(option.Name, out var list))
            {
                ReadNames(option, list);
            }
        }

        return new DependencyOptions
        {
            Requires = lists["Requires"],
            Requisite = lists["Requisite"],
            Wants = lists["Wants"],
            BindsTo = lists["BindsTo"],
            PartOf = lists["PartOf"],
            Conflicts = lists["Conflicts"],
            Before = lists["Before"],
            After = lists["After"],
        };
    }

    private void ReadNames(UnitOption option, List<string> list)
    {
        if (option.Text.Length == 0)
        {
            list.Clear();
            return;
        }

        var reader = new WordReader(option.Text, EscapeRule.Literal);
        reader.SkipBlanks();
        var offset = reader.Position;
        string? malformed;
        while (reader.Read(out malformed) is { } word)
        {
            if (Check(word, out var other) is not { } problem)
            {
                list.Add(other);
            }
            else
            {
                problems.Warning(option, $"{problem.Message} It is left out of {option.Name}.", problem.Suggestion, offset);
            }

            offset = reader.Position;
        }

        if (malformed is not null)
        {
            problems.Error(option, malformed, offset: offset);
        }
    }

    private (string Message, string? Suggestion)? Check(string word, out string other)
    {
        other = Specifiers.Expand(word, _context, out _);
        if (!UnitName.TryParse(other, out var parsed, out var error))
        {
            return (error.Message.EndsWith('.') ? error.Message : error.Message + ".", null);
        }

        return parsed.IsTemplate ? ($"{parsed} is a template and never runs.", $"Name an instance, for example {parsed.Prefix}@%i.{parsed.Suffix}.")
            : parsed.Equals(name) ? ($"{parsed} is this unit itself.", null)
            : null;
    }
}
