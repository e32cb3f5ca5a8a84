namespace HaWeb.Core.Units;

/// <summary>
/// One command of an <c>Exec...=</c> option, split as systemd 252 does. It is read when a unit is submitted and expanded on the machine
/// that runs it, where the values of variables and of the machine's specifiers are known.
/// </summary>
public sealed record CommandLine
{
    /// <summary>The longest command, in characters, with its variables replaced; Linux runs none that is longer.</summary>
    public const int MaxLength = 2 * 1024 * 1024;

    /// <summary>A longer name is none of a variable's.</summary>
    private const int MaxNameLength = 256;

    private readonly IReadOnlyList<(string Text, int Offset)> _words;

    internal CommandLine(CommandPrefixes prefixes, string path, IReadOnlyList<(string Text, int Offset)> words)
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
    /// <param name="isTooLong">Whether it would be longer than <see cref="MaxLength"/>; then only the first of its words are given.</param>
    public IReadOnlyList<CommandWord> Preview(SpecifierContext context, IReadOnlyDictionary<string, string> variables, out bool isTooLong)
    {
        var words = new List<CommandWord>(_words.Count);
        var length = 0L;
        isTooLong = false;
        foreach (var (word, offset) in Arguments)
        {
            length += LengthOf(word, context.Unit, variables);
            if (length > MaxLength)
            {
                isTooLong = true;
                break;
            }

            var specified = Specifiers.Expand(word, context, out var exact);
            if (Prefixes.HasFlag(CommandPrefixes.NoVariables))
            {
                words.Add(new CommandWord(specified, exact ? WordKnowledge.Exact : WordKnowledge.Unexpanded, offset));
            }
            else if (!VariableExpansion.IsSplit(specified))
            {
                var text = VariableExpansion.Replace(specified, variables, keepUnknown: true, out var replaced);
                words.Add(new CommandWord(text, exact && replaced ? WordKnowledge.Exact : WordKnowledge.Unexpanded, offset));
            }
            else if (variables.TryGetValue(specified[1..], out var value))
            {
                words.AddRange(VariableExpansion.Split(value).Select(part => new CommandWord(part, Offset: offset)));
            }
            else
            {
                words.Add(new CommandWord(specified, WordKnowledge.AnyNumber, offset));
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
        var words = new List<string>(_words.Count);
        foreach (var (word, _) in _words)
        {
            var specified = Specifiers.Expand(word, context, out _);
            if (Prefixes.HasFlag(CommandPrefixes.NoVariables))
            {
                words.Add(specified);
            }
            else if (!VariableExpansion.IsSplit(specified))
            {
                words.Add(VariableExpansion.Replace(specified, environment, keepUnknown: false, out _));
            }
            else if (environment.TryGetValue(specified[1..], out var value))
            {
                words.AddRange(VariableExpansion.Split(value));
            }
        }

        // A name of its own is a word like the others: a variable may be all or none of it.
        return Prefixes.HasFlag(CommandPrefixes.SeparateName) && words.Count > 0
            ? new ExpandedCommand(path, words[0], words[1..])
            : new ExpandedCommand(path, path, words);
    }

    /// <summary>How long a word becomes at most.</summary>
    private static long LengthOf(string word, UnitName unit, IReadOnlyDictionary<string, string> variables)
    {
        var length = (long)word.Length + 1;
        for (var i = word.AsSpan().IndexOfAny('%', '$'); i >= 0 && i + 1 < word.Length; i = Next(word, i + 1))
        {
            if (word[i] == '%')
            {
                length += unit.FullName.Length;
                i++;
            }
            else
            {
                var start = word[i + 1] == '{' ? i + 2 : i + 1;
                var rest = word.AsSpan(start)[..Math.Min(MaxNameLength, word.Length - start)];
                var name = word[i + 1] == '{' ? rest[..Math.Max(rest.IndexOf('}'), 0)] : rest;
                length += variables.GetValueOrDefault(name.ToString())?.Length ?? 0;
            }
        }

        return length;
    }

    private static int Next(string word, int start) => start >= word.Length || word.AsSpan(start).IndexOfAny('%', '$') is var next && next < 0 ? -1 : start + next;

    private IEnumerable<(string Text, int Offset)> Arguments => Prefixes.HasFlag(CommandPrefixes.SeparateName) ? _words.Skip(1) : _words;
}
