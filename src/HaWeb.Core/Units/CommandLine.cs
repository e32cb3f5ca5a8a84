namespace HaWeb.Core.Units;

/// <summary>
/// One command of an <c>Exec...=</c> option, split as systemd 252 does. It is read when a unit is submitted and expanded on the machine
/// that runs it, where the values of variables and of the machine's specifiers are known.
/// </summary>
public sealed record CommandLine
{
    private readonly IReadOnlyList<string> _words;

    internal CommandLine(CommandPrefixes prefixes, string path, IReadOnlyList<string> words)
    {
        Prefixes = prefixes;
        Path = path;
        _words = words;
    }

    /// <summary>The prefixes before the path.</summary>
    public CommandPrefixes Prefixes { get; }

    /// <summary>The program as written, without prefixes and quotes, its specifiers unexpanded.</summary>
    public string Path { get; }

    /// <summary>Whether a failure of the command counts as success.</summary>
    public bool IgnoresFailure => Prefixes.HasFlag(CommandPrefixes.IgnoreFailure);

    /// <summary>Reads the value of one <c>Exec...=</c> option: one command, or several with <c>;</c> as a word between them.</summary>
    /// <param name="text">The value.</param>
    /// <param name="unit">The unit, for what its specifiers stand for.</param>
    /// <param name="faults">What is wrong with it. With an error among them, the commands are those before it.</param>
    public static IReadOnlyList<CommandLine> Parse(string text, UnitName unit, out IReadOnlyList<CommandFault> faults)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(unit);
        var parser = new CommandLineParser(text, unit);
        faults = parser.Faults;
        return parser.Commands;
    }

    /// <summary>The arguments as far as they are known before the command runs.</summary>
    /// <param name="context">The unit, and no machine.</param>
    /// <param name="variables">The variables whose values are known.</param>
    public IReadOnlyList<CommandWord> Preview(SpecifierContext context, IReadOnlyDictionary<string, string> variables)
    {
        var words = new List<CommandWord>(_words.Count);
        foreach (var word in Arguments)
        {
            var specified = Specifiers.Expand(word, context, out var exact);
            if (Prefixes.HasFlag(CommandPrefixes.NoVariables))
            {
                words.Add(new CommandWord(specified, exact ? WordKnowledge.Exact : WordKnowledge.Unexpanded));
            }
            else if (!VariableExpansion.IsSplit(specified))
            {
                var text = VariableExpansion.Replace(specified, variables, keepUnknown: true, out var replaced);
                words.Add(new CommandWord(text, exact && replaced ? WordKnowledge.Exact : WordKnowledge.Unexpanded));
            }
            else if (variables.TryGetValue(specified[1..], out var value))
            {
                words.AddRange(VariableExpansion.Split(value).Select(part => new CommandWord(part)));
            }
            else
            {
                words.Add(new CommandWord(specified, WordKnowledge.AnyNumber));
            }
        }

        return words;
    }

    /// <summary>The command as it runs.</summary>
    /// <param name="context">The unit and its machine.</param>
    /// <param name="environment">All variables; one that is not there is empty.</param>
    public ExpandedCommand Expand(SpecifierContext context, IReadOnlyDictionary<string, string> environment)
    {
        var path = Specifiers.Expand(Path, context, out _);
        var name = Prefixes.HasFlag(CommandPrefixes.SeparateName) ? Specifiers.Expand(_words[0], context, out _) : path;
        var arguments = new List<string>(_words.Count);
        foreach (var word in Arguments)
        {
            var specified = Specifiers.Expand(word, context, out _);
            if (Prefixes.HasFlag(CommandPrefixes.NoVariables))
            {
                arguments.Add(specified);
            }
            else if (!VariableExpansion.IsSplit(specified))
            {
                arguments.Add(VariableExpansion.Replace(specified, environment, keepUnknown: false, out _));
            }
            else if (environment.TryGetValue(specified[1..], out var value))
            {
                arguments.AddRange(VariableExpansion.Split(value));
            }
        }

        return new ExpandedCommand(path, name, arguments);
    }

    private IEnumerable<string> Arguments => Prefixes.HasFlag(CommandPrefixes.SeparateName) ? _words.Skip(1) : _words;
}
